#include "sandbox/registry/filters.h"

#include <catch2/catch.hpp>

#include "sandbox/model/columns.h"

namespace sandbox::registry {
namespace {

std::string ErrorOf(ListEntity listed, std::string_view text) {
  const auto parsed = ParseFilters(listed, text);
  if (parsed) return "";
  CHECK(parsed.error().code == Code::kInvalidArgument);
  return parsed.error().message;
}

TEST_CASE("filters are split into conditions", "[filters]") {
  const auto parsed =
      ParseFilters(ListEntity::kExecution, "eq(launch_plan.name,lp)+value_in(phase,RUNNING;QUEUED)+gt(duration, 1h2m)");
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 3);
  CHECK(parsed->at(0).entity == ListEntity::kLaunchPlan);
  CHECK(parsed->at(0).column == "name");
  CHECK(parsed->at(1).op == FilterOp::kIn);
  CHECK(parsed->at(1).values == std::vector<std::string>{"RUNNING", "QUEUED"});
  CHECK(parsed->at(2).values == std::vector<std::string>{"1h2m"});
  CHECK(ParseFilters(ListEntity::kTask, "")->empty());
}

TEST_CASE("the grammar is greedy", "[filters]") {
  const auto value = [](std::string_view text) { return ParseFilters(ListEntity::kTask, text)->at(0).values.at(0); };
  CHECK(value("eq(name,a))") == "a)");
  CHECK(value("eq(name, a)") == "a");
  CHECK(value("eq(name,  a)") == " a");
  CHECK(value("eq(name, )") == " ");
  CHECK(value("eq(name,a ) tail") == "a ");
  CHECK(value("contains(name,a;b)") == "a;b");
  CHECK(
      ErrorOf(ListEntity::kTask, "eq(name,a,b)").starts_with("invalid filter key [name,a]: tasks can be filtered by "));
  CHECK(ErrorOf(ListEntity::kTask, "eq(name,)") == "invalid value for filters");
  CHECK(ErrorOf(ListEntity::kTask, "eq(,x)") == "invalid value for filters");
  CHECK(ErrorOf(ListEntity::kTask, "(name,x)") == "invalid value for filters");
  CHECK(ErrorOf(ListEntity::kTask, "eq(name,f(a,b))").starts_with("invalid filter key [a]: "));
}

TEST_CASE("runtime entities rename words and tags, other entities do not", "[filters]") {
  CHECK(ParseFilters(ListEntity::kTaskExecution, "eq(name,x)")->at(0).column == "execution_name");
  CHECK(ParseFilters(ListEntity::kTaskExecution, "eq(task.name,x)")->at(0).column == "name");
  CHECK(ErrorOf(ListEntity::kExecution, "eq(name,x)").starts_with("invalid filter key [name]: "));
  const auto tag = ParseFilters(ListEntity::kExecution, "eq(admin_tag.name,t1)");
  REQUIRE(tag);
  CHECK(tag->at(0).entity == ListEntity::kExecutionTag);
  CHECK(tag->at(0).column == "key");
  CHECK(ErrorOf(ListEntity::kExecution, "eq(execution_admin_tag.name,x)")
            .starts_with("invalid filter key [execution_admin_tag.name]: "));
}

TEST_CASE("an unknown key is answered with the keys that there are", "[filters]") {
  CHECK(ErrorOf(ListEntity::kLaunchPlan, "eq(launch_plan.zz,x)") ==
        "invalid filter key [launch_plan.zz]: launch plans can be filtered by created_at, updated_at, project, domain, "
        "name, version, "
        "workflow_id, state, schedule_type, launch_condition_type; by workflow.K where K is created_at, updated_at, "
        "project, domain, name, version, remote_closure_identifier, short_description");
  const std::string executions = ErrorOf(ListEntity::kExecution, "eq(tags,x)");
  CHECK(executions.find("executions can be filtered by ") != std::string::npos);
  CHECK(executions.find("by admin_tag.K where K is ") != std::string::npos);
  CHECK(executions.find("by node_execution.K") == std::string::npos);
}

TEST_CASE("values must fit their columns", "[filters]") {
  CHECK(ErrorOf(ListEntity::kExecution, "gt(duration,soon)") == "Failed to parse duration [soon]");
  CHECK(ErrorOf(ListEntity::kExecution, "eq(state,x)") == "invalid value [x] for state: expected an integer");
  CHECK(ErrorOf(ListEntity::kExecution, "value_in(mode,1;x)") != "");
  CHECK(ErrorOf(ListEntity::kExecution, "gt(started_at,never)") != "");
  CHECK(ErrorOf(ListEntity::kTask, "eq(name,a;b)") != "");
  CHECK(ErrorOf(ListEntity::kTask, "contains(created_at,2020)") != "");
  CHECK(ErrorOf(ListEntity::kExecution, "eq(duration,nan)") != "");
}

int64_t Number(model::ColumnType type, std::string_view text) {
  const auto value = model::ParseColumnValue({"c", type}, text);
  return value ? std::get<int64_t>(*value) : -77;
}

TEST_CASE("durations and times", "[filters]") {
  using enum model::ColumnType;
  CHECK(Number(kDuration, "2.5") == 2'500'000'000);
  CHECK(Number(kDuration, "-1") == -1'000'000'000);
  CHECK(Number(kDuration, "1h2m") == 3'720'000'000'000);
  CHECK(Number(kDuration, "1.5ms") == 1'500'000);
  CHECK(Number(kDuration, "1m3ms2us1ns") == 60'003'002'001);
  CHECK(Number(kDuration, "-5s") == -5'000'000'000);
  for (const char* bad : {"", "s", "5x", "1h 2m", "1e400", "inf", "999999999999h", "-"})
    CHECK(Number(kDuration, bad) == -77);

  CHECK(Number(kTime, "1970-01-01T00:00:01Z") == 1'000'000'000);
  CHECK(Number(kTime, "1970-01-01T00:00:01.5Z") == 1'500'000'000);
  CHECK(Number(kTime, "1970-01-01T02:00:01+02:00") == 1'000'000'000);
  CHECK(Number(kTime, "1969-12-31T19:00:01-05:00") == 1'000'000'000);
  CHECK(Number(kTime, "1970-01-02") == 86'400'000'000'000);
  CHECK(Number(kTime, "1970-01-02 00:00") == 86'400'000'000'000);
  CHECK(Number(kTime, "9999-01-01") == INT64_MAX);
  for (const char* bad : {"", "1970", "1970-13-01", "1970-02-30", "1970-01-01T25:00:00Z", "1970-01-01T00:00:00X",
                          "1970-01-01T00:00:00.Z"}) {
    CHECK(Number(kTime, bad) == -77);
  }
}

TEST_CASE("sort keys and tokens", "[filters]") {
  CHECK(CheckSortKey(ListEntity::kExecution, "created_at"));
  CHECK(CheckSortKey(ListEntity::kNodeExecution, "execution_name"));
  CHECK(CheckSortKey(ListEntity::kExecution, "name").error().message == "invalid sort key 'name'");
  CHECK_FALSE(CheckSortKey(ListEntity::kNamedEntity, "state"));
  CHECK(ParseToken("", "ListTasks").value() == 0);
  CHECK(ParseToken("12", "ListTasks").value() == 12);
  for (const char* bad : {"x", "-1", "1 ", " 1", "1.5", "0x1", "9223372036854775808"}) {
    CHECK(ParseToken(bad, "ListTasks").error().message == Cat("invalid pagination token ", bad, " for ListTasks"));
  }
  CHECK(ParseToken("x", "").error().message == "invalid pagination token x");
  CHECK(NextToken(2, 2, 2) == "4");
  CHECK(NextToken(2, 1, 2).empty());
}

}  // namespace
}  // namespace sandbox::registry
