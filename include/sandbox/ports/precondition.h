#pragma once

// What an object has to be like for a change of it to be made. A value and not a function, so that a store elsewhere
// can be asked the same.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/time.h"

namespace sandbox {

struct EtagSet {
  bool any = false;  // "*": of every object
  std::vector<std::string> etags{};

  bool Has(std::string_view etag) const { return any || std::ranges::find(etags, etag) != etags.end(); }
};

// All that is set has to hold. Without any the change is always made.
struct Precondition {
  std::optional<EtagSet> match{};       // there is an object, with one of these
  std::optional<EtagSet> none_match{};  // there is none, or it has none of these
  std::optional<uint64_t> size{};       // of the object that is there, like the following
  std::optional<Instant> modified_from{};
  std::optional<Instant> modified_before{};

  bool Empty() const { return !match && !none_match && !size && !modified_from && !modified_before; }
};

// There is no object yet: of several writers one wins.
inline Precondition NoObject() { return {.none_match = EtagSet{.any = true}}; }

}  // namespace sandbox
