#pragma once

// Kubernetes resource quantities ("500m", "1Gi", "2"). Exact decimal arithmetic in nano units.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox {

class Quantity {
 public:
  Quantity() = default;
  // Kubernetes' grammar. The error's message is Kubernetes' own text.
  static Result<Quantity> Parse(std::string_view text);

  bool IsZero() const { return nanos_ == 0; }
  // Rounded up, as Quantity.Value() and MilliValue() do. Saturate at INT64_MAX.
  int64_t Value() const;
  int64_t MilliValue() const;
  // Canonical text in the format it was written in (binary, decimal or exponent).
  std::string ToString() const;

  friend auto operator<=>(const Quantity& a, const Quantity& b) { return a.nanos_ <=> b.nanos_; }
  friend bool operator==(const Quantity& a, const Quantity& b) { return a.nanos_ == b.nanos_; }

 private:
  enum class Format { kDecimal, kBinary, kExponent };
  __int128 nanos_ = 0;
  Format format_ = Format::kDecimal;
};

}  // namespace sandbox
