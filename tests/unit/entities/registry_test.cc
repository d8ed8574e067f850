#include <chrono>
#include <iostream>
#include <latch>

#include "unit/entities/platform.h"

using namespace sandbox;
namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

admin::TaskCreateRequest Task(const std::string& name) {
  admin::TaskCreateRequest out;
  out.mutable_id()->set_resource_type(core::TASK);
  out.mutable_id()->set_project("flytesnacks");
  out.mutable_id()->set_domain("development");
  out.mutable_id()->set_name(name);
  out.mutable_id()->set_version("v1");
  core::TaskTemplate& task = *out.mutable_spec()->mutable_template_();
  task.set_type("python-task");
  task.mutable_metadata();
  task.mutable_interface();
  task.mutable_container()->set_image("image");
  task.mutable_container()->add_args("run");
  return out;
}

void Ask(admin::TaskCreateRequest& request, core::Resources::ResourceName name, const std::string& wanted,
         const std::string& limit) {
  core::Resources& resources = *request.mutable_spec()->mutable_template_()->mutable_container()->mutable_resources();
  auto& entry = *resources.add_requests();
  entry.set_name(name);
  entry.set_value(wanted);
  if (limit.empty()) return;
  auto& most = *resources.add_limits();
  most.set_name(name);
  most.set_value(limit);
}

std::string Create(testing::Platform& platform, const admin::TaskCreateRequest& request) {
  std::promise<std::string> answer;
  platform.Calls().CreateTask(request, [&](Result<admin::TaskCreateResponse> created) {
    answer.set_value(created ? "" : created.error().message);
  });
  return answer.get_future().get();
}

}  // namespace

TEST_CASE("The platform's limit is named before the request that exceeds it too") {
  testing::Platform platform({{{"memory", "200Mi"}}, {{"cpu", "2"}, {"memory", "1Gi"}}});
  auto request = Task("t");
  Ask(request, core::Resources::MEMORY, "2Gi", "4Gi");
  CHECK(Create(platform, request) ==
        "Requested MEMORY limit [4Gi] is greater than current limit set in the platform configuration [1Gi]. Please "
        "contact Flyte Admins to change these limits or "
        "consult the configuration");
  auto fits = Task("fits");
  Ask(fits, core::Resources::CPU, "1500m", "");
  CHECK(Create(platform, fits).empty());
}

TEST_CASE("Attributes may spell Kubernetes' suffixes with a B, and what is no quantity counts as none") {
  testing::Platform platform;
  admin::ProjectDomainAttributesUpdateRequest update;
  update.mutable_attributes()->set_project("flytesnacks");
  update.mutable_attributes()->set_domain("development");
  auto& given = *update.mutable_attributes()->mutable_matching_attributes()->mutable_task_resource_attributes();
  given.mutable_limits()->set_memory("2GiB");
  given.mutable_limits()->set_cpu("junk");
  given.mutable_defaults()->set_ephemeral_storage("5MiB");
  std::promise<bool> updated;
  platform.Calls().UpdateProjectDomainAttributes(update, [&](auto answer) { updated.set_value(answer.has_value()); });
  REQUIRE(updated.get_future().get());

  const auto effective = platform.Store().Query([](MetadataReader& reader) {
    return registry::EffectiveTaskResources(reader, {}, "flytesnacks", "development", "some.workflow");
  });
  CHECK(effective.limits == std::map<std::string, std::string>{{"memory", "2Gi"}});
  CHECK(effective.defaults == std::map<std::string, std::string>{{"ephemeral-storage", "5Mi"}});
  auto request = Task("t");
  Ask(request, core::Resources::MEMORY, "3Gi", "");
  CHECK(Create(platform, request).find("[3Gi] is greater than current limit set in the platform configuration [2Gi]") !=
        std::string::npos);

  admin::ProjectDomainAttributesGetRequest get;
  get.set_project("flytesnacks");
  get.set_domain("development");
  CHECK(platform.Calls()
            .GetProjectDomainAttributes(get)
            ->attributes()
            .matching_attributes()
            .task_resource_attributes()
            .limits()
            .memory() == "2GiB");
}

TEST_CASE("Of two equal registrations at the same time one is told so") {
  testing::Platform platform;
  constexpr int kTasks = 500;
  std::latch done(2 * kTasks);
  std::atomic<int> created = 0, existing = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 2 * kTasks; ++i) {
    platform.Calls().CreateTask(Task("t" + std::to_string(i % kTasks)), [&](Result<admin::TaskCreateResponse> answer) {
      if (answer) ++created;
      if (!answer && answer.error().code == Code::kAlreadyExists) ++existing;
      done.count_down();
    });
  }
  done.wait();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << 2 * kTasks / took.count() << " registrations a second from one thread\n";
  CHECK(created == kTasks);
  CHECK(existing == kTasks);
}
