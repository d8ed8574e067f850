// What a real engine (20.10) said, as events.

#include "builds/engine_stream.h"

#include <catch2/catch.hpp>
#include <vector>

namespace sandbox::testing {
namespace {

using builds::BuildEvent;
using builds::EngineStream;
using Kind = BuildEvent::Kind;

struct Collected {
  std::vector<BuildEvent> events;
  EngineStream stream{[this](const BuildEvent& event) { events.push_back(event); }};
};

constexpr char kFailing[] =
    R"({"stream":"Step 1/3 : FROM busybox"}
{"stream":"\n"}
{"stream":" ---\u003e ff7a7936e930\n"}
{"stream":"Step 2/3 : ENV A=b"}
{"stream":"\n"}
{"stream":" ---\u003e Using cache\n"}
{"stream":" ---\u003e 0123456789ab\n"}
{"stream":"Step 3/3 : RUN make"}
{"stream":"\n"}
{"stream":" ---\u003e Running in d3c4f5a6b7c8\n"}
{"stream":"out\n"}
{"stream":"\u001b[91mbad\n\u001b[0m"}
{"stream":"Step 1/9 : is what the command prints\n"}
{"errorDetail":{"code":3,"message":"'make' returned a non-zero code: 3"},"error":"'make' returned a non-zero code: 3"}
)";

void CheckFailing(const std::vector<BuildEvent>& events) {
  REQUIRE(events.size() == 8);
  CHECK(events[0].kind == Kind::kStep);
  CHECK(events[0].number == 1);
  CHECK(events[0].total == 3);
  CHECK(events[0].text == "FROM busybox");
  CHECK(events[2].kind == Kind::kCached);
  CHECK(events[3].text == "RUN make");
  CHECK(events[4].text == "out\n");
  CHECK_FALSE(events[4].is_stderr);
  CHECK(events[5].text == "bad\n");
  CHECK(events[5].is_stderr);
  CHECK(events[6].kind == Kind::kOutput);
  CHECK(events[6].text == "Step 1/9 : is what the command prints\n");
  CHECK(events[7].kind == Kind::kFailed);
  CHECK(events[7].exit_code == 3);
}

TEST_CASE("steps, output and the failure of a build", "[builds]") {
  Collected out;
  REQUIRE(out.stream.Take(kFailing));
  REQUIRE(out.stream.End());
  CheckFailing(out.events);
}

TEST_CASE("pieces of any size say the same", "[builds]") {
  Collected out;
  for (const char c : std::string_view(kFailing)) REQUIRE(out.stream.Take({&c, 1}));
  REQUIRE(out.stream.End());
  CheckFailing(out.events);
}

TEST_CASE("pulls, the image, and images of an archive", "[builds]") {
  Collected out;
  REQUIRE(out.stream.Take(R"({"status":"Downloading","progressDetail":{"current":5,"total":10},"id":"abc"}
{"aux":{"ID":"sha256:12"}}
{"stream":"Successfully built 0123456789ab\n"}
{"stream":"Successfully tagged app:v1\n"}
{"stream":"Loaded image: app:v1\n"}
{"stream":"Loaded image ID: sha256:34\n"}
{"error":"no such host"})"));
  REQUIRE(out.stream.End());
  REQUIRE(out.events.size() == 5);
  CHECK(out.events[0].kind == Kind::kPull);
  CHECK(out.events[0].layer == "abc");
  CHECK(out.events[0].bytes == 5);
  CHECK(out.events[0].total_bytes == 10);
  CHECK(out.events[1].kind == Kind::kImage);
  CHECK(out.events[1].text == "sha256:12");
  CHECK(out.events[2].text == "app:v1");
  CHECK(out.events[3].text == "sha256:34");
  CHECK(out.events[4].exit_code == -1);
}

TEST_CASE("the words of Podman's builder", "[builds]") {
  Collected out;
  REQUIRE(out.stream.Take(R"({"stream":"STEP 1/3: FROM busybox\n"}
{"stream":"STEP 2/3: ENV A=b\n"}
{"stream":"--\u003e Using cache 6a6315cda8f9fb6680ddecc0e964bfa79d8fb2067a875ad96cf44700d946a539\n"}
{"stream":"--\u003e 6a6315cda8f\n"}
{"stream":"STEP 3/3: RUN make\n"}
{"stream":"STEP 1/9: is what the command prints\n"}
{"errorDetail":{"message":"building at STEP \"RUN make\": exit status 3"},"error":"building at STEP \"RUN make\""}
)"));
  REQUIRE(out.stream.End());
  REQUIRE(out.events.size() == 6);
  CHECK(out.events[0].text == "FROM busybox");
  CHECK(out.events[0].total == 3);
  CHECK(out.events[2].kind == Kind::kCached);
  CHECK(out.events[3].text == "RUN make");
  CHECK(out.events[4].kind == Kind::kOutput);
  CHECK(out.events[5].kind == Kind::kFailed);
}

TEST_CASE("what is no such stream is refused", "[builds]") {
  Collected out;
  CHECK(out.stream.Take("<html>\n").error().reason == "BAD_REPLY");
}

}  // namespace
}  // namespace sandbox::testing
