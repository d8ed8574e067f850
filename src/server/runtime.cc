#include "server/runtime.h"

namespace sandbox::server {
namespace {

executor::ExecutorConfig Settings(const ServerOptions& options, const Endpoint& platform, const Endpoint& objects) {
  executor::ExecutorConfig out;
  out.layout = options.registry.layout;
  out.connectors = options.connectors;
  out.output_bytes_max = options.output_bytes_max;
  out.offloading = options.offloading;
  out.boot = options.boot;
  out.log_link = Cat("http://localhost:", platform.port, "/kubernetes-dashboard/#/log/{ns}/{pod}/pod?namespace={ns}");
  out.console_url = Cat("http://localhost:", platform.port, "/console");
  out.default_env = {
      {"FLYTE_AWS_ENDPOINT", Cat("http://flyte-sandbox-minio.flyte:", objects.task_port)},
      {"FLYTE_AWS_ACCESS_KEY_ID", kAccessKey},
      {"FLYTE_AWS_SECRET_ACCESS_KEY", kSecretKey},
      {"FLYTE_PLATFORM_URL", Cat("flyte-sandbox-grpc.flyte:", platform.task_port)},
      {"FLYTE_PLATFORM_INSECURE", "true"},
  };
  return out;
}

}  // namespace

Runtime::Runtime(World& world, const ServerOptions& options, const Endpoint& platform, const Endpoint& objects)
    : cpu_wanted_(options.cpu_millis),
      memory_wanted_(options.memory_bytes),
      cpu_millis_(options.cpu_millis.value_or(0)),
      memory_bytes_(options.memory_bytes.value_or(0)),
      secret_runner_(world.runner, world.secrets, world.core_loop, world.disk_workers, world.clock),
      file_runner_(secret_runner_, world.objects, world.core_loop, world.disk_workers, world.clock, options.archives),
      admission_(file_runner_, world.core_loop, world.clock, Limited(world.machine)),
      disk_watch_(world.core_loop, world.clock, world.disk_workers, world.disk_space ? options.disk_reserve_bytes : 0,
                  world.disk_space,
                  [this](std::optional<model::Shortage> shortage) { admission_.Hold(std::move(shortage)); }) {
  executor_ = std::make_unique<executor::Executor>(
      executor::ExecutorDeps{world.core_loop, world.disk_workers, world.small_write_workers, world.clock, world.store,
                             world.objects, admission_, &world.connectors, plans_},
      Settings(options, platform, objects));
  admission_.SetWanted([this](const AttemptId& id) { return executor_->IsLive(id); });
  world.find_capacity([this](const pods::Resources& machine) {
    const pods::Resources all = Limited(machine);
    cpu_millis_ = all.cpu_millis;
    memory_bytes_ = all.memory_bytes;
    gpus_ = all.gpus;
    capacity_known_ = true;
    admission_.SetCapacity(all);
  });
}

pods::Resources Runtime::Limited(const pods::Resources& machine) const {
  return {cpu_wanted_.value_or(machine.cpu_millis), memory_wanted_.value_or(machine.memory_bytes), machine.gpus};
}

api::Usage Runtime::Load() const {
  const pods::AdmissionRunner::PodLoad load = admission_.Load();
  return {cpu_millis_,  load.used.cpu_millis, memory_bytes_,  load.used.memory_bytes,
          load.running, load.waiting,         capacity_known_};
}

std::vector<api::Problem> Runtime::Problems() const {
  std::vector<api::Problem> out;
  for (executor::WriteTrouble& trouble : executor_->WriteTroubles())
    out.push_back({std::move(trouble.message), trouble.failures, trouble.since});
  if (auto disk = disk_watch_.AsProblem()) out.push_back(std::move(*disk));
  return out;
}

}  // namespace sandbox::server
