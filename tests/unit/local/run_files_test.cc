// What is read from the files of a run's pods: samples made fewer, and logs put together.

#include <filesystem>
#include <fstream>

#include "api/local/run_log.h"
#include "api/local/stats.h"
#include "unit/local/run_world.h"

namespace sandbox::testing {
namespace {

struct Files : World {
  Files() {
    Begin({});
    std::filesystem::create_directories(Folder());
  }
  std::string Folder() const { return directory.Path() + "/p-d"; }

  void PutAttempt(const std::string& node) {
    model::TaskRecord attempt;
    attempt.id = {{kRun, node}, 0};
    attempt.phase = model::TaskPhase::kRunning;
    attempt.pod_status = "Running";
    attempt.generated_name = "run-" + node + "-0";
    attempt.created_at = attempt.started_at = kStart;
    Put(attempt);
  }
  // Lines with the times at which they were printed.
  void PutLog(const std::string& node, const std::vector<std::pair<std::string, uint64_t>>& lines) {
    PutAttempt(node);
    std::ofstream log(Folder() + "/run-" + node + "-0.log", std::ios::binary);
    model::LogIndexer indexer;
    std::string records;
    for (const auto& [text, time] : lines) {
      log << text << "\n";
      indexer.Add(text + "\n", text.starts_with("!"), time, records);
    }
    std::ofstream(Folder() + "/run-" + node + "-0.idx", std::ios::binary) << records;
  }
  json Log(const std::string& query) {
    const RowSources sources{plans, directory.Path()};
    return store->Query([&](MetadataReader& reader) {
      return RunLog(reader, sources, *reader.FindExecution(kRun), ParseTarget("/x?" + query)).value();
    });
  }
};

std::string Texts(const json& log) {
  std::string out;
  for (const json& line : log["lines"]) out += line["text"].get<std::string>() + " ";
  return out;
}

TEST_CASE("samples are made fewer, and their peaks survive", "[stats]") {
  std::vector<model::UsageSample> samples;
  for (uint32_t i = 0; i < 1000; ++i) samples.push_back({i * 1000, 100, 50 + i % 7, 0});
  samples[777].memory_bytes = 9999;
  samples[123].memory_bytes = 1;
  const auto few = Thinned(samples, 20);
  CHECK(few.size() <= 20);
  CHECK(std::ranges::max(few, {}, &model::UsageSample::memory_bytes).at_ms == 777'000);
  CHECK(std::ranges::min(few, {}, &model::UsageSample::memory_bytes).at_ms == 123'000);
  CHECK(std::ranges::is_sorted(few, {}, &model::UsageSample::at_ms));
  for (const auto& each : few) CHECK(each.cpu_millis == 100);
  CHECK(Thinned(samples, 1000) == samples);
  CHECK(Thinned({}, 10).empty());
}

TEST_CASE("the samples of a run are told one by one and as a sum", "[stats]") {
  Files files;
  for (const char* node : {"n0", "n1"}) {
    files.PutAttempt(node);
    std::string bytes;
    for (uint32_t i = 1; i <= 4; ++i) Encode(model::UsageSample{i * 1000, 500, 100 * i, 0}, bytes);
    std::ofstream(files.Folder() + "/run-" + node + "-0.stat", std::ios::binary) << bytes;
  }
  const RowSources sources{files.plans, files.directory.Path()};
  const json stats = files.store->Query(
      [&](MetadataReader& reader) { return RunStats(reader, sources, *reader.FindExecution(kRun), 4); });
  CHECK(stats["attempts"].size() == 2);
  CHECK(stats["attempts"][0]["memory_bytes"] == json({100, 200, 300, 400}));
  CHECK(stats["stacked"]["cpu_millis"].back() == 1000);
  CHECK(stats["stacked"]["memory_bytes"].back() == 800);
}

TEST_CASE("lines of items are told with their array, which can be asked for", "[logs]") {
  Files files;
  files.PutLog("n1", {{"other", 1000}});
  files.PutLog("n0-0-n2", {{"item", 2000}});
  auto node = files.Node("n0-0-n2", model::NodePhase::kRunning);
  node.parent = "n0";
  node.item = 2;
  files.Put(node);
  auto attempt = *files.store->Query([](MetadataReader& reader) { return reader.FindTask({{kRun, "n0-0-n2"}, 0}); });
  attempt.item = 2;
  files.Put(attempt);
  const json log = files.Log("count=10&nodes=n0");
  CHECK(Texts(log) == "item ");
  CHECK(log["lines"][0]["array"] == "n0");
  CHECK(log["lines"][0]["item"] == 2);
  CHECK(Texts(files.Log("count=10&nodes=n1")) == "other ");
}

TEST_CASE("logs are put together by time, page by page", "[logs]") {
  Files files;
  files.PutLog("n0", {{"a1", 1000}, {"a2", 3000}, {"a3", 5000}});
  files.PutLog("n1", {{"b1", 2000}, {"!b2", 3000}, {"b3", 9000}});
  const json all = files.Log("count=10");
  CHECK(Texts(all) == "a1 b1 a2 !b2 a3 b3 ");
  CHECK(all["next"].is_null());
  CHECK(all["total_bytes"] == 19);
  CHECK(all["lines"][3]["node"] == "n1");
  CHECK(all["lines"][3]["stderr"] == true);
  std::string pages, cursor;
  for (int i = 0; i < 3; ++i) {
    const json page = files.Log("count=2&cursor=" + cursor);
    pages += Texts(page);
    CHECK(page["next"].is_null() == (i == 2));
    if (i < 2) cursor = page["next"];
  }
  CHECK(pages == "a1 b1 a2 !b2 a3 b3 ");
  CHECK(Texts(files.Log("nodes=n1")) == "b1 !b2 b3 ");
  CHECK(Texts(files.Log("stderr=1")) == "!b2 ");
  CHECK(all["lines"][0]["match"].empty());
}

TEST_CASE("the lines of a run that match are found, page by page", "[logs]") {
  Files files;
  files.PutLog("n0", {{"step 1", 1000}, {"done", 3000}, {"여 step 22", 5000}});
  files.PutLog("n1", {{"STEP 3", 2000}});
  CHECK(Texts(files.Log("q=step")) == "step 1 STEP 3 여 step 22 ");
  CHECK(Texts(files.Log("q=step&case=1&nodes=n0")) == "step 1 여 step 22 ");
  CHECK(Texts(files.Log("q=st.p")) == "");
  const json found = files.Log("q=%5Cd%2B$&regex=1&count=2");
  CHECK(Texts(found) == "step 1 STEP 3 ");
  const json rest = files.Log("q=%5Cd%2B$&regex=1&count=2&cursor=" + found["next"].get<std::string>());
  CHECK(Texts(rest) == "여 step 22 ");
  CHECK(rest["next"].is_null());
  CHECK(rest["lines"][0]["match"] == json::array({{7, 9}}));
  const RowSources sources{files.plans, files.directory.Path()};
  files.store->Read([&](MetadataReader& reader) {
    CHECK_FALSE(RunLog(reader, sources, *reader.FindExecution(kRun), ParseTarget("/x?q=(&regex=1")));
  });
}

}  // namespace
}  // namespace sandbox::testing
