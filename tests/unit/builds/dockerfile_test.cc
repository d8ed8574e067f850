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

TEST_CASE("what needs BuildKit is named by its line", "[builds]") {
  const auto why = [](const std::string& line) {
    const auto error = NeedsBuildKit(*ParseDockerfile("FROM x\n" + line + "\n"), "Dockerfile");
    return error ? error->message : std::string();
  };
  CHECK(why("RUN --mount=type=cache,target=/c pip install x").starts_with("Dockerfile:2: RUN --mount needs BuildKit"));
  CHECK(why("COPY --chmod=755 a b").starts_with("Dockerfile:2: COPY --chmod"));
  CHECK(why("COPY --link a b").starts_with("Dockerfile:2: COPY --link"));
  CHECK(why("RUN <<EOF").find("here-document") != std::string::npos);
  CHECK(why("RUN cat <<-'END'").find("here-document") != std::string::npos);
  CHECK(why("RUN echo --mount=x").empty());
  CHECK(why("COPY --from=0 --chown=1:1 a b").empty());
  CHECK(why("RUN echo $((1 << 2)) <<< x").empty());
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
