// The log of a pod and its index.

#include "runner/log_file.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>
#include <sstream>

#include "support/temp_directory.h"

namespace sandbox::runner {
namespace {

using model::LogIndexRecord;

constexpr Instant kNow{std::chrono::milliseconds(1'700'000'000'123)};
constexpr uint64_t kNowMs = 1'700'000'000'123;

docker::LogPiece Out(std::string text) { return {std::move(text), {}}; }
docker::LogPiece Err(std::string text) {
  const size_t bytes = text.size();
  return {std::move(text), {{bytes, true}}};
}

std::string Content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_CASE("a log file", "[runner]") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / Cat("sandbox-log-", ::getpid());
  const std::filesystem::path path = folder / "ns" / "pod.log";
  SECTION("read again: a reader never sees less than before") {
    LogFile(path, 1000).Append(Out("one\ntwo\n"), kNow);
    LogFile log(path, 1000);
    log.StartAgain();
    log.Append(Out("one\n"), kNow);
    CHECK(Content(path) == "one\ntwo\n");
    log.Append(Out("two\nthree\n"), kNow);
    CHECK(Content(path) == "one\ntwo\nthree\n");
    log.Append(Out("four\n"), kNow);
    log.Complete();
    CHECK(Content(path) == "one\ntwo\nthree\nfour\n");
    CHECK(log.Tail() == "one\ntwo\nthree\nfour\n");
  }
  SECTION("bounded") {
    LogFile log(path, 5);
    log.Append(Out("1234567"), kNow);
    log.Append(Out("8"), kNow);
    CHECK(Content(path) == "12345\n[sandbox: the log ends here, it is larger than 5 bytes]\n");
    CHECK(log.Tail() == "12345678");
  }
  SECTION("the tail: 80 lines, 2048 bytes, whole characters") {
    LogFile log(path, 1 << 20);
    for (int i = 0; i < 200; ++i) log.Append(Out(Cat(i, "\n")), kNow);
    CHECK(log.Tail().starts_with("120\n"));
    CHECK(log.Tail().ends_with("199\n"));
    log.Append(Out(std::string(3000, 'x')), kNow);
    CHECK(log.Tail() == std::string(2048, 'x'));
    log.Append(Out("\xC3\xA9" + std::string(2047, 'y')), kNow);
    CHECK(log.Tail() == "?" + std::string(2047, 'y'));
  }
  std::filesystem::remove_all(folder);
}

std::vector<LogIndexRecord> Index(std::filesystem::path log) {
  return model::DecodeLogIndex(Content(log.replace_extension(".idx")));
}

TEST_CASE("an index tells lines, times and streams", "[runner]") {
  const testing::TempDirectory folder;
  const std::filesystem::path path = std::filesystem::path(folder.Path()) / "ns" / "pod.log";
  LogFile log(path, 1 << 20);
  log.Append({"one\ntwo\nthree\n", {{8, false}, {6, true}}}, kNow);
  log.Append(Err("more\n"), kNow + std::chrono::milliseconds(249));
  log.Append(Err("later\n"), kNow + std::chrono::milliseconds(250));
  log.Append(Out("out"), kNow + std::chrono::milliseconds(251));
  CHECK(Index(path) ==
        std::vector<LogIndexRecord>{
            {0, 0, kNowMs, false}, {8, 2, kNowMs, true}, {19, 4, kNowMs + 250, true}, {25, 5, kNowMs + 251, false}});
  CHECK(log.Bytes() == 28);
  CHECK(log.Lines() == 5);
}

TEST_CASE("an index of much output has a record for every 16 KiB", "[runner]") {
  const testing::TempDirectory folder;
  const std::filesystem::path path = std::filesystem::path(folder.Path()) / "pod.log";
  LogFile log(path, 50'000);
  std::string text;
  while (text.size() < 60'000) text += "a line of text\n";
  log.Append(Out(text), kNow);
  const auto index = Index(path);
  REQUIRE(index.size() == 4);
  for (size_t i = 0; i < index.size(); ++i) {
    CHECK(index[i].offset == i * 16'384);
    CHECK(index[i].line == static_cast<uint64_t>(
                               std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(index[i].offset), '\n')));
  }
  CHECK(log.Bytes() == Content(path).size());  // what says that it was cut included
}

TEST_CASE("a log that is read again keeps its times, and gets the index that it lacks", "[runner]") {
  const testing::TempDirectory folder;
  const std::filesystem::path path = std::filesystem::path(folder.Path()) / "pod.log";
  {
    LogFile log(path, 1000);
    log.Append(Out("one\n"), kNow);
    log.Append(Err("two\n"), kNow + std::chrono::seconds(1));
  }
  const bool indexed = GENERATE(true, false);
  if (!indexed) std::filesystem::remove(std::filesystem::path(folder.Path()) / "pod.idx");
  LogFile log(path, 1000);
  log.StartAgain();
  CHECK(log.Bytes() == 8);
  // The engine may tell both streams in another order than it did.
  log.Append({"one\ntwo\n", {{4, false}, {4, true}}}, kNow + std::chrono::hours(1));
  log.Append(Out("three\n"), kNow + std::chrono::hours(1));
  log.Complete();
  CHECK(Index(path) == std::vector<LogIndexRecord>{{0, 0, indexed ? kNowMs : 0, false},
                                                   {4, 1, indexed ? kNowMs + 1000 : 0, true},
                                                   {8, 2, kNowMs + 3'600'000, false}});
  CHECK(Content(path) == "one\ntwo\nthree\n");
}

TEST_CASE("an index that is cut short is read as far as it goes", "[runner]") {
  std::string bytes;
  Encode(LogIndexRecord{1, 2, 3, true}, bytes);
  CHECK(bytes.size() == model::kLogIndexRecordBytes);
  CHECK(model::DecodeLogIndex(bytes + "123") == std::vector<LogIndexRecord>{{1, 2, 3, true}});
}

}  // namespace
}  // namespace sandbox::runner
