// MessagePack of task outputs, walked to its leaves.

#include <cstdint>
#include <string_view>

#include "engine/msgpack.h"

using namespace sandbox;

static void Walk(std::string_view bytes) {
  const auto read = engine::ReadMsgpack(bytes);
  if (!read) return;
  const auto each = [](const auto& elements) {
    for (std::string_view element : elements) Walk(element);
  };
  if (const auto* list = std::get_if<engine::MsgpackValue::List>(&read->value)) each(list->elements);
  if (const auto* map = std::get_if<engine::MsgpackValue::Map>(&read->value)) each(map->elements);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Walk(text);
  return 0;
}
