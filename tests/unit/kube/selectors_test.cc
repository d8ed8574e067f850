// -l and --field-selector, as kubectl's users write them.

#include "api/kube/selectors.h"

#include <catch2/catch.hpp>

using namespace sandbox;
using namespace sandbox::kube;

namespace {

const Fields kLabels = {{"project", "flytesnacks"}, {"node-id", "n0"}, {"team/tier", "2"}, {"empty", ""}};

bool Takes(std::string_view selector) {
  INFO(selector);
  const auto parsed = LabelSelector::Parse(selector);
  REQUIRE(parsed);
  return parsed->Matches(kLabels);
}

std::string Refusal(std::string_view selector) {
  INFO(selector);
  const auto parsed = LabelSelector::Parse(selector);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == Code::kInvalidArgument);
  return parsed.error().message;
}

TEST_CASE("labels are equal, among, there, or not") {
  for (const char* yes :
       {"", "project=flytesnacks", "project==flytesnacks", "project = flytesnacks ,node-id=n0", "project!=other",
        "missing!=x", "node-id in (n0, n1)", "node-id notin (n1,n2)", "missing notin (a)", "project", "!missing",
        "! missing", "team/tier>1", "team/tier < 3", "empty=", "empty in (,x)"})
    CHECK(Takes(yes));
  for (const char* no :
       {"project=other", "project,missing", "!project", "node-id in (n1)", "node-id notin (n0)", "missing in (a)",
        "team/tier>2", "missing>1", "project!=flytesnacks", "project=", "node-id > 1"})
    CHECK_FALSE(Takes(no));
}

TEST_CASE("a selector that is none is refused, with the place") {
  CHECK(Refusal("a=b,").find("expected: identifier after ','") != std::string::npos);
  CHECK(Refusal("a in b").find("expected: '('") != std::string::npos);
  CHECK(Refusal("a in (b").find("')'") != std::string::npos);
  CHECK(Refusal("a like b").find("expected: in, notin, =, ==, !=, gt, lt") != std::string::npos);
  CHECK(Refusal("a=b c").find("expected: ',' or 'end of string'") != std::string::npos);
  CHECK(Refusal("-a").find("alphanumeric") != std::string::npos);
  CHECK(Refusal("a=-b").find("valid label") != std::string::npos);
  CHECK(Refusal("a>x").find("integer") != std::string::npos);
  CHECK(Refusal("A/b").find("alphanumeric") != std::string::npos);  // a prefix is a host's name
  CHECK(Refusal(std::string(64, 'a')).find("63") != std::string::npos);
  Refusal("=b");
  Refusal("!a=b");
  Refusal("(");
}

TEST_CASE("fields are equal or not; a backslash takes a sign's meaning") {
  const Fields fields = {{"metadata.name", "a,b=c\\"}, {"status.phase", "Running"}};
  const auto takes = [&](std::string_view text) {
    const auto parsed = FieldSelector::Parse(text);
    REQUIRE(parsed);
    return parsed->Matches(fields);
  };
  CHECK(takes(""));
  CHECK(takes("status.phase=Running"));
  CHECK(takes("status.phase==Running,metadata.name!=x"));
  CHECK(takes(R"(metadata.name=a\,b\=c\\)"));
  CHECK(takes("spec.nodeName="));
  CHECK_FALSE(takes("status.phase!=Running"));
  CHECK_FALSE(takes("spec.nodeName!="));
  for (const char* bad : {"status.phase", "a=b=c", R"(a=\b)", "a=b,c", R"(a=b\)"}) {
    INFO(bad);
    const auto parsed = FieldSelector::Parse(bad);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.starts_with("invalid selector: '"));
  }
}

TEST_CASE("a field that is not known is named, with those that are") {
  const auto parsed = FieldSelector::Parse("status.fase=Running");
  REQUIRE(parsed);
  const Status known = parsed->Check({"metadata.name", "status.phase"});
  REQUIRE_FALSE(known);
  CHECK(known.error().message == "field label not supported: status.fase; there are metadata.name, status.phase");
  CHECK(FieldSelector::Parse("metadata.name=x,status.phase!=y")->Wanted("metadata.name") == "x");
  CHECK(FieldSelector::Parse("metadata.name!=x")->Wanted("metadata.name").empty());
}

}  // namespace
