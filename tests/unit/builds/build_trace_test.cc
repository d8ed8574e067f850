// What a real engine's BuildKit (20.10) said, as events.

#include "builds/build_trace.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <vector>

namespace sandbox::testing {
namespace {

using builds::BuildEvent;
using Kind = BuildEvent::Kind;

// Messages of the protocol, as far as the trace reads them.
std::string Field(int number, std::string_view bytes) {
  return Cat(std::string(1, static_cast<char>(number << 3 | 2)), std::string(1, static_cast<char>(bytes.size())),
             bytes);
}
std::string Number(int number, char value) { return {static_cast<char>(number << 3), value}; }
std::string Vertex(std::string_view digest, std::string_view name, std::string_view rest = "") {
  return Field(1, Cat(Field(1, digest), Field(3, name), rest));
}
std::string Started() { return Field(5, ""); }
std::string Ended() { return Cat(Started(), Field(6, "")); }
std::string Printed(std::string_view digest, std::string_view text, char stream = 1) {
  return Field(3, Cat(Field(1, digest), Number(3, stream), Field(4, text)));
}

struct Traced {
  std::vector<std::string> told;
  builds::BuildTrace trace{[this](const BuildEvent& event) { told.push_back(Words(event)); }};

  static std::string Words(const BuildEvent& event) {
    switch (event.kind) {
      case Kind::kStep: return Cat(event.number, "/", event.total, " ", event.text);
      case Kind::kCached: return "cached";
      case Kind::kStopped: return "stopped";
      case Kind::kOutput: return Cat(event.is_stderr ? "err " : "out ", event.text);
      case Kind::kPull: return Cat("pull ", event.layer, " ", event.text, " ", event.bytes, "/", event.total_bytes);
      case Kind::kFailed: return Cat("failed ", event.exit_code);
      case Kind::kImage: return "image";
      case Kind::kLoaded: break;
    }
    return "?";
  }
};

TEST_CASE("a recorded build of two stages whose second fails", "[builds]") {
  std::ifstream in(SANDBOX_BUILDKIT_FAILING);
  const std::string recorded{std::istreambuf_iterator<char>(in), {}};
  REQUIRE(recorded.size() > 1000);
  for (const size_t piece : {recorded.size(), size_t{1}, size_t{77}}) {
    std::vector<std::string> told;
    builds::EngineStream stream([&](const BuildEvent& event) { told.push_back(Traced::Words(event)); });
    for (size_t at = 0; at < recorded.size(); at += piece)
      REQUIRE(stream.Take(std::string_view(recorded).substr(at, piece)));
    REQUIRE(stream.End());
    const std::vector<std::string> wanted = {"1/5 FROM docker.io/library/busybox",
                                             "cached",
                                             "2/5 COPY --chmod=755 a /a",
                                             "3/5 RUN --mount=type=cache,target=/c echo one-out && sleep 2",
                                             "out one-out\n",
                                             "stopped",
                                             "4/5 RUN echo two-out && echo bad >&2 &&   exit 3",
                                             "err bad\n",
                                             "out two-out\n",
                                             "failed 3",
                                             "failed -1"};
    CHECK(told == wanted);
  }
}

TEST_CASE("steps that run side by side are told one after the other", "[builds]") {
  Traced at;
  REQUIRE(at.trace.Take(Cat(Vertex("i", "[internal] load metadata for x", Ended()), Vertex("a", "[one 1/1] RUN a"),
                            Vertex("b", "[two 1/2] RUN b"), Vertex("c", "[two 2/2] RUN c"))));
  CHECK(at.told.empty());
  REQUIRE(at.trace.Take(Cat(Vertex("a", "[one 1/1] RUN a", Started()), Vertex("b", "[two 1/2] RUN b", Started()))));
  REQUIRE(at.trace.Take(Cat(Printed("b", "of b\n"), Printed("a", "of a\n", 2), Printed("i", "nobody's"))));
  CHECK(at.told == std::vector<std::string>{"1/3 RUN a", "err of a\n"});
  REQUIRE(at.trace.Take(Vertex("b", "[two 1/2] RUN b", Ended())));
  REQUIRE(at.trace.Take(Vertex("a", "[one 1/1] RUN a", Ended())));
  REQUIRE(at.trace.Take(Vertex("c", "[two 2/2] RUN c", Cat(Ended(), Number(4, 1)))));
  CHECK(at.told ==
        std::vector<std::string>{"1/3 RUN a", "err of a\n", "2/3 RUN b", "out of b\n", "3/3 RUN c", "cached"});
}

TEST_CASE("layers of a base image, and a step that was stopped because another failed", "[builds]") {
  Traced at;
  REQUIRE(at.trace.Take(Vertex("a", "[1/2] FROM x", Started())));
  REQUIRE(at.trace.Take(Field(2, Cat(Field(1, "sha256:0123456789abcdef"), Field(2, "a"), Field(3, "downloading"),
                                     Number(4, 5), Number(5, 10)))));
  REQUIRE(at.trace.Take(Cat(Vertex("b", "[2/2] RUN b", Cat(Ended(), Field(7, "exit code: 137: context canceled"))))));
  REQUIRE(at.trace.Take(Vertex("a", "[1/2] FROM x", Cat(Ended(), Field(7, "no space left")))));
  CHECK(at.told == std::vector<std::string>{"1/1 FROM x", "pull 0123456789ab downloading 5/10", "failed -1"});
}

TEST_CASE("what is no trace is refused", "[builds]") {
  Traced at;
  for (const std::string& wrong : {std::string("\x0a\x7f"), std::string("\x0f"), std::string("\x0a\x02\x0a\x09"),
                                   std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")}) {
    const Status taken = at.trace.Take(wrong);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().reason == "BAD_REPLY");
  }
  builds::EngineStream stream([](const BuildEvent&) {});
  CHECK_FALSE(stream.Take("{\"id\":\"moby.buildkit.trace\",\"aux\":\"%%\"}\n"));
  CHECK(at.told.empty());
}

}  // namespace
}  // namespace sandbox::testing
