#include "sandbox/base/names.h"

#include <catch2/catch.hpp>

namespace sandbox {

TEST_CASE("names are those of the contract's vectors", "[base]") {
  const ExecutionId execution{"flytesnacks", "development", "aj8sbv9nc7drbn9tqn2z"};
  struct Vector {
    std::string node, pod, shard, child;
  };
  const Vector vectors[] = {
      {"n0", "aj8sbv9nc7drbn9tqn2z-n0-0", "vs", "fjl4d15lai41nm"},
      {"n0-0-dn0", "aj8sbv9nc7drbn9tqn2z-n0-0-dn0-0", "6u", "findzswvo64p2i"},
      {"n0-0-n0-n0", "aj8sbv9nc7drbn9tqn2z-n0-0-n0-n0-0", "gn", "fxvoirtwmnapzk"},
      {UniqueNodeId("", 0, "coreflytedemotaskhello"), "aj8sbv9nc7drbn9tqn2z-fi4rhncq-0", "nz", "fshm3r5bgxtph1"},
  };
  for (const Vector& v : vectors) {
    const AttemptId attempt{{execution, v.node}, 0};
    CHECK(GeneratedName(attempt) == v.pod);
    CHECK(RawOutputShard(v.pod) == v.shard);
    CHECK(ChildExecutionName(attempt) == v.child);
  }
  CHECK(FixedLengthName("xxxxxxxxxxxxxxxxxxxxxxxx", 20) == "fuaa3aji");
  CHECK(FixedLengthName64("x-y-z-m-n-y-z-m-n-y-z-m-n", 20) == "fwp4bky2kucex5");
  CHECK(UniqueNodeId("n0", 0, "dn0") == "n0-0-dn0");
  CHECK(SingleTaskNodeId("core.flyte_basics.task.run_batch") == "coreflytebasicstaskrunbatch");
  CHECK(UniqueNodeId("", 0, "coreflytebasicstaskrunbatch") == "fuunhdti");
}

TEST_CASE("a tick of a schedule always has the same name", "[base]") {
  const EntityId plan{EntityKind::kLaunchPlan, "flytesnacks", "development", "fl_lp.cron", "v1"};
  CHECK(ScheduledExecutionName(plan, 1700000040) == "fd5d618d6e13ac9aa000");
  CHECK(ScheduledExecutionName(plan, 1700000100) != ScheduledExecutionName(plan, 1700000040));
}

}  // namespace sandbox
