#pragma once

// A reader of MessagePack that walks bytes without copying what it does not need. Hostile input: every length is
// checked against the bytes that are there, and nesting is bounded.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::engine {

// One value. Elements of lists and maps are the raw bytes of each element, in order; a map has key, value, key, value,
// ...
struct MsgpackValue {
  struct Nil {};
  struct List {
    std::vector<std::string_view> elements;
  };
  struct Map {
    std::vector<std::string_view> elements;
  };
  struct Bytes {
    std::string_view value;
  };
  std::variant<Nil, bool, int64_t, double, std::string_view, Bytes, List, Map> value;
};

// `bytes` must hold exactly one value; the result refers to them.
Result<MsgpackValue> ReadMsgpack(std::string_view bytes);

}  // namespace sandbox::engine
