#include "builds/dockerfile.h"

#include <catch2/catch.hpp>

namespace sandbox::testing {
namespace {

using builds::HasStage;
using builds::NeedsBuildKit;
using builds::ParseDockerfile;

TEST_CASE("instructions have the lines that they stand on", "[builds]") {
  const auto found = ParseDockerfile(
      "# a comment\n\nARG base=busybox\nFROM ${base} AS one\nrun a && \\\n    # in between\n\n    b\nCOPY x /x\n");
  REQUIRE(found);
  REQUIRE(found->size() == 4);
  CHECK((*found)[2].keyword == "RUN");
  CHECK((*found)[2].text == "run a && b");
  CHECK((*found)[2].first_line == 5);
  CHECK((*found)[2].last_line == 8);
  CHECK((*found)[3].first_line == 9);
}

TEST_CASE("another sign may say that a line goes on", "[builds]") {
  const auto found = ParseDockerfile("# escape=`\nFROM x\nRUN a `\n  b\nRUN c \\\n");
  REQUIRE(found);
  REQUIRE(found->size() == 3);
  CHECK((*found)[1].text == "RUN a b");
  CHECK((*found)[2].text == "RUN c \\");
}

TEST_CASE("a Dockerfile begins with FROM", "[builds]") {
  CHECK(ParseDockerfile("").error().reason == "BAD_DOCKERFILE");
  CHECK(ParseDockerfile("# only a comment\n").error().reason == "BAD_DOCKERFILE");
  CHECK(ParseDockerfile("\nRUN x\n").error().message.find("line 2") != std::string::npos);
}

std::vector<builds::Instruction> With(const std::string& line) { return *ParseDockerfile("FROM x\n" + line + "\n"); }

TEST_CASE("what an engine's own builder does not know needs BuildKit", "[builds]") {
  for (const char* line : {"RUN --mount=type=cache,target=/c pip install x", "COPY --chmod=755 a b", "COPY --link a b",
                           "ADD --checksum=sha256:1 a b", "RUN <<EOF", "RUN cat <<-'END'"}) {
    INFO(line);
    CHECK(NeedsBuildKit(With(line)));
  }
  for (const char* line : {"RUN echo --mount=x", "COPY --from=0 --chown=1:1 a b", "RUN echo $((1 << 2)) <<< x"}) {
    INFO(line);
    CHECK_FALSE(NeedsBuildKit(With(line)));
  }
}

TEST_CASE("a mount of a secret needs a client that has it, one of an agent is named by its line", "[builds]") {
  CHECK(builds::MountsSecrets(With("RUN --mount=type=secret,id=x cat /run/secrets/x")));
  CHECK(builds::MountsSecrets(With("RUN --network=none --mount=id=x,type=secret true")));
  CHECK_FALSE(builds::MountsSecrets(With("RUN --mount=type=cache,target=/c echo --mount=type=secret")));
  const Status agent = builds::CheckNoAgent(With("RUN --mount=target=/s,type=ssh git clone"), "Dockerfile");
  REQUIRE_FALSE(agent);
  CHECK(agent.error().reason == "NEEDS_SSH_AGENT");
  CHECK(agent.error().message.starts_with("Dockerfile:2: RUN --mount=type=ssh is not possible"));
  CHECK(builds::CheckNoAgent(With("RUN --mount=type=cache,target=/c echo --mount=type=ssh"), "Dockerfile"));
}

TEST_CASE("stages have names and numbers", "[builds]") {
  const auto found = *ParseDockerfile("FROM a AS First\nFROM --platform=linux/amd64 b as second\nFROM c\n");
  CHECK(HasStage(found, "first"));
  CHECK(HasStage(found, "second"));
  CHECK(HasStage(found, "2"));
  CHECK_FALSE(HasStage(found, "3"));
  CHECK_FALSE(HasStage(found, "third"));
}

}  // namespace
}  // namespace sandbox::testing
