#include "api/metrics/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "net/coroutines.h"
#include "sandbox/model/records.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

using Labels = std::vector<ClientMetric::Label>;

struct Sample {
  double value = 0;
  Labels labels = {};
};

MetricFamily Family(std::string name, std::string help, const std::vector<Sample>& samples,
                    MetricType type = MetricType::Gauge) {
  MetricFamily out{std::move(name), std::move(help), type, {}};
  for (const Sample& each : samples) {
    ClientMetric metric;
    metric.label = each.labels;
    metric.gauge.value = metric.counter.value = each.value;
    out.metric.push_back(std::move(metric));
  }
  return out;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t size = 0, resident = 0;
  file >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double OpenFiles() {
  std::error_code error;
  size_t count = 0;
  for (auto at = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error))
    ++count;
  return static_cast<double>(count);
}

// As Prometheus' own clients call them.
void AddProcess(const MetricsDeps& deps, std::vector<MetricFamily>& out) {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  out.push_back(Family("process_cpu_seconds_total", "Time of the processor that the platform's process took.",
                       {{Seconds(used.ru_utime) + Seconds(used.ru_stime)}}, MetricType::Counter));
  out.push_back(
      Family("process_resident_memory_bytes", "Memory that the platform's process holds.", {{ResidentBytes()}}));
  out.push_back(Family("process_open_fds", "Files and sockets that the platform's process has open.", {{OpenFiles()}}));
  out.push_back(Family("process_start_time_seconds", "When the platform started.",
                       {{std::chrono::duration<double>(deps.started_at.time_since_epoch()).count()}}));
}

void AddExecutions(MetadataStore& store, std::vector<MetricFamily>& out) {
  using model::ExecutionPhase;
  std::map<ExecutionPhase, double> phases = {
      {ExecutionPhase::kQueued, 0}, {ExecutionPhase::kRunning, 0}, {ExecutionPhase::kAborting, 0}};
  store.Read([&](MetadataReader& reader) {
    for (const model::ExecutionRecord& each : reader.ListUnfinishedExecutions()) ++phases[each.phase];
  });
  std::vector<Sample> samples;
  for (const auto& [phase, count] : phases)
    samples.push_back({count, {{"phase", std::string(model::PhaseName(phase))}}});
  out.push_back(Family("sandbox_executions", "Executions that have not ended.", samples));
}

void AddMachine(const MetricsDeps& deps, std::vector<MetricFamily>& out) {
  const MachineChange machine = deps.machine();
  out.push_back(Family("sandbox_pods", "Pods of tasks that run, and that wait for the machine.",
                       {{static_cast<double>(machine.pods_running), {{"state", "running"}}},
                        {static_cast<double>(machine.pods_waiting), {{"state", "waiting"}}}}));
  out.push_back(Family("sandbox_cpu_cores", "What all pods together may take, and what they hold.",
                       {{static_cast<double>(machine.cpu_millis_total) / 1000, {{"amount", "total"}}},
                        {static_cast<double>(machine.cpu_millis_reserved) / 1000, {{"amount", "reserved"}}}}));
  out.push_back(Family("sandbox_memory_bytes", "What all pods together may take, and what they hold.",
                       {{static_cast<double>(machine.memory_bytes_total), {{"amount", "total"}}},
                        {static_cast<double>(machine.memory_bytes_reserved), {{"amount", "reserved"}}}}));
  std::error_code error;
  const auto space = std::filesystem::space(deps.objects, error);
  if (!error) {
    out.push_back(Family("sandbox_disk_free_bytes", "Free on the disk of the object store.",
                         {{static_cast<double>(space.available)}}));
  }
}

std::string Scrape(const MetricsDeps& deps) {
  std::vector<MetricFamily> out;
  out.push_back(Family("sandbox_info", "The platform's version.", {{1, {{"version", deps.version}}}}));
  AddExecutions(deps.store, out);
  AddMachine(deps, out);
  out.push_back(Family("sandbox_problems", "What the platform cannot do at the moment and tries again.",
                       {{static_cast<double>(deps.problems())}}));
  AddProcess(deps, out);
  return prometheus::TextSerializer().Serialize(out);
}

asio::awaitable<void> Serve(std::shared_ptr<const MetricsDeps> deps, net::HttpExchange& exchange) {
  net::HttpResponse answer;
  if (exchange.Request().method != "GET") {
    answer.status = 405;
    answer.headers.Set("Allow", "GET");
    (void)co_await exchange.Send(std::move(answer));
    co_return;
  }
  answer.body = co_await net::Offload(deps->workers, [&deps] { return Scrape(*deps); });
  answer.headers.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  answer.headers.Set("Cache-Control", "no-store");
  (void)co_await exchange.Send(std::move(answer));
}

}  // namespace

net::HttpHandler MakeMetrics(MetricsDeps deps) {
  const auto shared = std::make_shared<const MetricsDeps>(std::move(deps));
  return [shared](net::HttpExchange& exchange) { return Serve(shared, exchange); };
}

}  // namespace sandbox::api
