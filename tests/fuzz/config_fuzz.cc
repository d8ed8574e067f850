// config.yaml, and what is shown of it.

#include <cstdint>
#include <string>

#include "app/config.h"
#include "app/settings_list.h"

using namespace sandbox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = app::ParseConfig(text, "config.yaml");
  // A mistake says where it is.
  if (!config && !config.error().message.starts_with("config.yaml line ")) __builtin_trap();
  if (config) (void)app::SettingsOf(*config);
  return 0;
}
