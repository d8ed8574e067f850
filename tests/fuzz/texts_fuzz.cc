// Small languages of requests: filters, sort keys, tokens, cron, durations, quantities.

#include <cstdint>
#include <string_view>

#include "idl/go_text.h"
#include "registry/entities/cron.h"
#include "sandbox/base/quantity.h"
#include "sandbox/registry/filters.h"

using namespace sandbox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (ListEntity listed : {ListEntity::kExecution, ListEntity::kTask, ListEntity::kNamedEntity}) {
    (void)registry::ParseFilters(listed, text);
    (void)registry::CheckSortKey(listed, text);
  }
  (void)registry::ParseToken(text, "ListTasks");
  (void)registry::ParseCron(text);
  (void)idl::ParseGoDuration(text);
  // What a quantity is printed as is the same quantity.
  if (auto quantity = Quantity::Parse(text)) {
    const auto again = Quantity::Parse(quantity->ToString());
    if (!again || again->Value() != quantity->Value()) __builtin_trap();
  }
  return 0;
}
