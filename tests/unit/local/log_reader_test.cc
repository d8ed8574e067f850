// Lines of a log by their numbers, with and without an index; and the search in it.

#include "logs/log_reader.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/local/log_search.h"
#include "support/temp_directory.h"

using namespace sandbox;
using namespace sandbox::api;
using logs::LogLine, logs::LogMeta, logs::LogReader;

namespace {

struct Piece {
  std::string text;
  bool is_stderr = false;
  uint64_t time_ms = 0;
};

// A log as the runner writes it.
class Written {
 public:
  explicit Written(const std::vector<Piece>& pieces, bool indexed = true) {
    std::ofstream log(Path(), std::ios::binary);
    model::LogIndexer indexer;
    std::string records;
    for (const Piece& piece : pieces) {
      log << piece.text;
      indexer.Add(piece.text, piece.is_stderr, piece.time_ms, records);
    }
    if (indexed) std::ofstream(directory_.Path() + "/pod.idx", std::ios::binary) << records;
  }
  std::string Path() const { return directory_.Path() + "/pod.log"; }

  std::vector<LogLine> Read(uint64_t from, size_t count, uint64_t text_max = 4096) const {
    LogReader reader(Path());
    std::vector<LogLine> out;
    reader.Read(from, text_max, [&](LogLine&& line) {
      out.push_back(std::move(line));
      return out.size() < count;
    });
    return out;
  }

  std::string Search(const std::string& query) const {
    LogReader reader(Path());
    auto search = LogSearch::Make(ParseTarget("/x?" + query));
    REQUIRE(search);
    std::string out;
    while (!(*search)->Done()) out += (*search)->NextMatches(reader);
    return out;
  }

 private:
  testing::TempDirectory directory_;
};

std::vector<Piece> Numbered(size_t lines) {
  std::vector<Piece> out;
  for (size_t i = 0; i < lines; ++i) out.push_back({"line " + std::to_string(i) + "\n", i % 3 == 2, 1000 + i});
  return out;
}

}  // namespace

TEST_CASE("any line is found by its number, with an index and without", "[logs]") {
  for (const bool indexed : {true, false}) {
    const Written log(Numbered(20'000), indexed);
    CHECK(LogReader(log.Path()).Lines() == 20'000);
    for (const uint64_t number : {0, 1, 2, 999, 10'000, 19'998, 19'999}) {
      const auto lines = log.Read(number, 2);
      REQUIRE(lines.size() == (number == 19'999 ? 1 : 2));
      CHECK(lines[0].number == number);
      CHECK(lines[0].text == "line " + std::to_string(number));
      if (indexed) CHECK(lines[0].is_stderr == (number % 3 == 2));
    }
    CHECK(log.Read(20'000, 1).empty());
  }
}

TEST_CASE("lines have their stream and time", "[logs]") {
  const Written log({{"a\n", false, 1000}, {"b\n", true, 1500}, {"c\n", false, 2000}});
  const auto lines = log.Read(0, 10);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].is_stderr);
  CHECK(lines[1].time_ms == 1500);
  CHECK_FALSE(lines[2].is_stderr);
  const LogMeta meta = LogReader(log.Path()).Meta();
  CHECK(meta.has_stderr);
  CHECK(meta.first_ms == 1000);
  CHECK(meta.last_ms == 2000);
  CHECK(LogReader(log.Path()).FindTime(2000) <= 2);
}

TEST_CASE("a line that is not ended is the last one, and empty logs have none", "[logs]") {
  const Written open({{"a\nhalf", false, 1}});
  CHECK(LogReader(open.Path()).Lines() == 2);
  CHECK(open.Read(1, 5)[0].text == "half");
  const Written empty({});
  CHECK(LogReader(empty.Path()).Lines() == 0);
  CHECK(empty.Read(0, 1).empty());
  CHECK(LogReader("/nowhere/pod.log").Meta().bytes == 0);
}

TEST_CASE("long lines are cut, and told with their length", "[logs]") {
  const Written log({{std::string(300'000, 'x') + "\nnext\n", false, 1}});
  const auto lines = log.Read(0, 2);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text.size() == 4096);
  CHECK(lines[0].bytes == 300'000);
  CHECK(lines[1].text == "next");
  CHECK(lines[1].offset == 300'001);
}

TEST_CASE("a search finds text, expressions and streams", "[logs]") {
  const Written log({{"Loss is 0.5\n", false, 1}, {"grün loss\n", true, 300}, {"none\n", false, 600}});
  CHECK(log.Search("q=loss") == "[0,0,4]\n[1,5,9]\n{\"done\":true,\"next\":null,\"scanned\":3}\n");
  CHECK(log.Search("q=loss&case=1") == "[1,5,9]\n{\"done\":true,\"next\":null,\"scanned\":3}\n");
  CHECK(log.Search("q=loss&stderr=0") == "[0,0,4]\n{\"done\":true,\"next\":null,\"scanned\":3}\n");
  CHECK(log.Search("q=0.5&from=1") == "{\"done\":true,\"next\":null,\"scanned\":2}\n");
  CHECK(log.Search("q=%5Bno%5D%2B&regex=1&limit=1") == "[0,1,2]\n{\"done\":false,\"next\":1,\"scanned\":1}\n");
  CHECK_FALSE(LogSearch::Make(ParseTarget("/x?q=(&regex=1")));
  CHECK_FALSE(LogSearch::Make(ParseTarget("/x?q=")));
}

TEST_CASE("a search goes on over pieces to the end", "[logs]") {
  const Written log(Numbered(50'000));
  const std::string found = log.Search("q=line+49999");
  CHECK(found == "[49999,0,10]\n{\"done\":true,\"next\":null,\"scanned\":50000}\n");
}
