#include "api/local/reproduce.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/local/commands.h"

namespace sandbox::testing {
namespace {

using namespace sandbox::api;
using nlohmann::json;

model::TaskRecord Attempt(model::PodContainer container) {
  model::TaskRecord out;
  auto definition = std::make_shared<model::PodDefinition>();
  definition->containers.push_back(std::move(container));
  out.pod.definition = definition;
  out.pod.facts.image_id = "sha256:abc";
  out.pod_status = "Completed";
  out.generated_name = "pod-0";
  out.id = {{{"p", "d", "e"}, "n0"}, 2};
  return out;
}

TEST_CASE("an attempt to be repeated has the same image, limits and inputs, and keeps its outputs", "[commands]") {
  const json same = Reproduction(
      Attempt({.name = "main",
               .image = "flytebasics:v1",
               .args = {"pyflyte-execute", "--inputs", "s3://b/in.pb", "--output-prefix", "s3://b/out",
                        "--prev-checkpoint", "\"\""},
               .env_names = {"FLYTE_AWS_ENDPOINT", "FLYTE_INTERNAL_EXECUTION_ID", "FLYTE_ATTEMPT_NUMBER", "TOKEN"},
               .cpu_limit_millis = 2000,
               .memory_limit_bytes = 200 << 20,
               .cpu_quota_millis = 500}));
  CHECK(same["docker_run"] ==
        "sandbox exec -- docker run --rm -it --network host -e FLYTE_AWS_ENDPOINT -e FLYTE_INTERNAL_EXECUTION_ID=e "
        "-e FLYTE_ATTEMPT_NUMBER=2 --memory 209715200 --memory-swap 209715200 --cpus 0.5 sha256:abc pyflyte-execute "
        "--inputs s3://b/in.pb --output-prefix /tmp/outputs --prev-checkpoint ''");
  CHECK(same["inputs_uri"] == "s3://b/in.pb");
  CHECK(same["code_archive_uri"] == nullptr);
  CHECK(same["variables"] == json{"TOKEN"});
  CHECK(same["notes"] == json{"time", "cache", "outputs", "variables"});
}

TEST_CASE("an attempt whose image lost its id is repeated by its name, with its command as the entry", "[commands]") {
  model::TaskRecord attempt =
      Attempt({.name = "main", .image = "busybox", .command = {"sh", "-c", "echo it's"}, .cpu_limit_millis = 100});
  attempt.pod.facts.image_id.clear();
  const json same = Reproduction(attempt);
  CHECK(same["docker_run"] ==
        "sandbox exec -- docker run --rm -it --network host --entrypoint sh busybox -c 'echo it'\\''s'");
  CHECK(same["image_id"] == nullptr);
  CHECK(same["notes"] == json{"time", "cache", "files"});
  CHECK(AttemptCommands(attempt)["reproduce"] == same);
}

TEST_CASE("an item of a map is repeated with its place", "[commands]") {
  model::TaskRecord attempt =
      Attempt({.name = "main",
               .image = "busybox",
               .env_names = {"FLYTE_ATTEMPT_NUMBER", "BATCH_JOB_ARRAY_INDEX_VAR_NAME", "FLYTE_K8S_ARRAY_INDEX"}});
  attempt.item = 7;
  const json same = Reproduction(attempt);
  CHECK(same["docker_run"] ==
        "sandbox exec -- docker run --rm -it --network host -e BATCH_JOB_ARRAY_INDEX_VAR_NAME=FLYTE_K8S_ARRAY_INDEX "
        "-e FLYTE_K8S_ARRAY_INDEX=7 sha256:abc");
  CHECK(same["variables"].empty());
}

TEST_CASE("what is not known of a pod cannot be repeated", "[commands]") {
  CHECK(Reproduction({}) == nullptr);
  CHECK(AttemptCommands({})["reproduce"] == nullptr);
}

}  // namespace
}  // namespace sandbox::testing
