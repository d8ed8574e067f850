#include "api/local/stats.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/local/row_json.h"
#include "api/local/run_lookup.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr int64_t kPointsUsual = 600, kPointsLeast = 4, kPointsMost = 4096;

std::vector<model::UsageSample> SamplesOf(const std::filesystem::path& logs, const model::TaskRecord& attempt) {
  std::ifstream in(logs / attempt.id.node.execution.Namespace() / (attempt.generated_name + ".stat"), std::ios::binary);
  std::ostringstream bytes;
  if (in) bytes << in.rdbuf();
  return model::DecodeSamples(bytes.str());
}

Instant BeganAt(const model::TaskRecord& attempt) {
  const Instant started = attempt.pod.facts.at.started;
  return started == Instant{} ? attempt.started_at : started;
}

json AmountsRow(int64_t cpu_millis, int64_t memory_bytes) {
  return {{"cpu_millis", cpu_millis == 0 ? json() : json(cpu_millis)},
          {"memory_bytes", memory_bytes == 0 ? json() : json(memory_bytes)}};
}

json Curve(const model::TaskRecord& attempt, const std::vector<model::UsageSample>& samples, size_t points) {
  json t_ms = json::array(), cpu = json::array(), memory = json::array(), oom, peak;
  int64_t most = attempt.pod.facts.peak_memory_bytes;
  for (const model::UsageSample& sample : samples) {
    most = std::max(most, static_cast<int64_t>(sample.memory_bytes));
    if ((sample.flags & model::kSampleOomKilled) != 0) oom = sample.at_ms;
  }
  for (const model::UsageSample& sample : Thinned(samples, points)) {
    t_ms.push_back(sample.at_ms);
    cpu.push_back(sample.cpu_millis);
    memory.push_back(sample.memory_bytes);
  }
  if (most > 0) peak = most;
  model::PodContainer primary;
  const auto& definition = attempt.pod.definition;
  if (definition && definition->primary < definition->containers.size())
    primary = definition->containers[definition->primary];
  return {{"started_at", TimeRow(BeganAt(attempt))},
          {"t_ms", std::move(t_ms)},
          {"cpu_millis", std::move(cpu)},
          {"memory_bytes", std::move(memory)},
          {"peak_memory_bytes", peak},
          {"oom_at_ms", oom},
          {"request", AmountsRow(primary.cpu_request_millis, primary.memory_request_bytes)},
          {"limit", AmountsRow(primary.cpu_quota_millis, primary.memory_limit_bytes)}};
}

// Sums at equal distances in time; an attempt counts from its start to its last sample.
class Stack {
 public:
  Stack(Instant from, Instant to, size_t points)
      : from_(from),
        step_(std::max<Duration>((to - from) / static_cast<int64_t>(points), std::chrono::milliseconds(1))) {
    const auto count = static_cast<size_t>((to - from) / step_) + 1;
    cpu_.resize(count);
    memory_.resize(count);
  }

  void Add(Instant began, const std::vector<model::UsageSample>& samples) {
    Instant since = began;
    for (const model::UsageSample& sample : samples) {
      const Instant at = began + std::chrono::milliseconds(sample.at_ms);
      for (size_t i = PlaceOf(since); i < cpu_.size() && from_ + step_ * static_cast<int64_t>(i) <= at; ++i) {
        if (from_ + step_ * static_cast<int64_t>(i) < since) continue;
        cpu_[i] += sample.cpu_millis;
        memory_[i] += sample.memory_bytes;
      }
      since = at + std::chrono::nanoseconds(1);
    }
  }

  json Row() const {
    json at = json::array();
    for (size_t i = 0; i < cpu_.size(); ++i) at.push_back(MillisOf(step_ * static_cast<int64_t>(i)));
    return {{"started_at", TimeRow(from_)}, {"t_ms", at}, {"cpu_millis", cpu_}, {"memory_bytes", memory_}};
  }

 private:
  size_t PlaceOf(Instant at) const { return at <= from_ ? 0 : static_cast<size_t>((at - from_) / step_); }

  const Instant from_;
  const Duration step_;
  std::vector<uint64_t> cpu_, memory_;
};

}  // namespace

std::vector<model::UsageSample> Thinned(const std::vector<model::UsageSample>& samples, size_t points) {
  if (samples.size() <= points) return samples;
  std::vector<model::UsageSample> out;
  const size_t stretches = std::max<size_t>(1, points / 2);
  for (size_t i = 0; i < stretches; ++i) {
    const size_t begin = samples.size() * i / stretches, end = samples.size() * (i + 1) / stretches;
    if (begin == end) continue;
    const auto first = samples.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = samples.begin() + static_cast<std::ptrdiff_t>(end);
    const auto [least, most] = std::minmax_element(
        first, last, [](const auto& one, const auto& other) { return one.memory_bytes < other.memory_bytes; });
    uint64_t cpu = 0;
    for (auto each = first; each != last; ++each) cpu += each->cpu_millis;
    for (const auto& each : {std::min(least, most), std::max(least, most)}) {
      if (!out.empty() && out.back().at_ms == each->at_ms) continue;
      out.push_back(*each);
      out.back().cpu_millis = static_cast<uint32_t>(cpu / (end - begin));
    }
  }
  return out;
}

net::HttpResponse StatsAnswer(const LocalApiDeps& deps, const Target& target) {
  const std::string rest = target.path.substr(kStatsPath.size());
  const size_t slash = rest.find('/');
  if (slash == std::string::npos || rest.find('/', slash + 1) != std::string::npos)
    return NotFoundAnswer("the samples of a pod are NAMESPACE/POD");
  const auto points = target.Number("points", kPointsUsual, kPointsLeast, kPointsMost);
  if (!points) return ErrorAnswer(points.error());
  const auto attempt = deps.store.Query(
      [&](MetadataReader& reader) { return reader.FindPod(rest.substr(0, slash), rest.substr(slash + 1)); });
  if (!attempt) return NotFoundAnswer(Cat("no pod ", rest.substr(slash + 1), " in namespace ", rest.substr(0, slash)));
  return JsonAnswer(200, Curve(*attempt, SamplesOf(deps.logs, *attempt), static_cast<size_t>(*points)));
}

json RunStats(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record, size_t points) {
  struct Used {
    model::TaskRecord attempt;
    std::vector<model::UsageSample> samples;
  };
  std::vector<Used> all;
  Instant from = Instant::max(), to{};
  for (model::TaskRecord& attempt : reader.TasksOf(record.id)) {
    if (attempt.pod_status.empty()) continue;
    auto samples = SamplesOf(sources.logs, attempt);
    if (samples.empty()) continue;
    from = std::min(from, BeganAt(attempt));
    to = std::max<Instant>(to, BeganAt(attempt) + std::chrono::milliseconds(samples.back().at_ms));
    all.push_back({std::move(attempt), std::move(samples)});
  }
  json attempts = json::array(), stacked;
  if (!all.empty()) {
    Stack stack(from, to, points);
    for (const Used& each : all) stack.Add(BeganAt(each.attempt), each.samples);
    stacked = stack.Row();
  }
  // Together they have a few times as many points as the sum.
  const size_t each_points = std::max<size_t>(kPointsLeast, 4 * points / std::max<size_t>(1, all.size()));
  for (const Used& each : all) {
    json row = Curve(each.attempt, each.samples, std::min(points, each_points));
    row.update({{"node", each.attempt.id.node.node},
                {"attempt", each.attempt.id.attempt},
                {"item", each.attempt.item < 0 ? json() : json(each.attempt.item)},
                {"array", each.attempt.item < 0 ? json() : json(ArrayOf(reader, each.attempt))},
                {"pod", each.attempt.generated_name},
                {"ns", record.id.Namespace()}});
    attempts.push_back(std::move(row));
  }
  return {{"attempts", std::move(attempts)}, {"stacked", std::move(stacked)}};
}

}  // namespace sandbox::api
