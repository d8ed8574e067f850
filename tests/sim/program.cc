#include "program.h"

#include "sandbox/base/error.h"
#include "sandbox/base/names.h"

namespace sandbox::sim {

Fate FateOf(const Program& program, const AttemptId& id) {
  const uint64_t dice = Fnv1a64(GeneratedName(id)) ^ program.salt;
  if (id.node.node != kFailureNode && dice / 1000 % 1000 < program.hangs) return Fate::kHangs;
  if (dice % 1000 >= program.failures) return Fate::kSuccess;
  return static_cast<Fate>(1 + dice % (static_cast<uint64_t>(Fate::kHangs) - 1));
}

std::string TextOf(const flyteidl::core::Literal& value) {
  if (value.scalar().primitive().has_integer()) return std::to_string(value.scalar().primitive().integer());
  if (!value.has_collection()) return "none";
  std::string out = "[";
  for (const flyteidl::core::Literal& item : value.collection().literals()) out += TextOf(item) + ",";
  return out + "]";
}

flyteidl::core::Literal Number(int64_t value) {
  flyteidl::core::Literal out;
  out.mutable_scalar()->mutable_primitive()->set_integer(value);
  return out;
}

flyteidl::core::Literal OutputFor(const Program& program, const flyteidl::core::Literal& x) {
  return Number(static_cast<int64_t>(1 + Fnv1a64(Cat(TextOf(x), "/", program.salt)) % 3));
}

}  // namespace sandbox::sim
