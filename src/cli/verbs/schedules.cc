#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/follow.h"
#include "cli/help.h"
#include "cli/table.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct ScheduleValues {
  Place place;
  std::string name;
  std::vector<std::string> names;
  bool all = false;
};

void ScheduleListOptions(Options& options, ScheduleValues& values) { options.InPlace(values.place); }

void ScheduleNamesOptions(Options& options, ScheduleValues& values) {
  options.MoreArguments("NAME", values.names, "of launch plans, as `sandbox schedules list` has them");
  options.Flag("-a,--all", values.all, "every one of every project");
  options.InPlace(values.place);
}

void ScheduleRunOptions(Options& options, ScheduleValues& values) {
  options.Argument("NAME", values.name, "of a launch plan, as `sandbox schedules list` has it");
  options.InPlace(values.place);
}

// "0 2 * * * UTC", "every 3 minutes".
std::string WhenText(const json& schedule) {
  const json& rate = schedule["rate"];
  if (rate.is_object()) return Cat("every ", rate["value"].dump(), " ", TextAt(rate, "unit"));
  const std::string zone = TextAt(schedule, "zone");
  return Cat(TextAt(schedule, "expression"), zone.empty() ? "" : Cat(" ", zone));
}

std::string LastText(const json& schedule) {
  const json history = schedule.value("history", json::array());
  if (history.empty()) return "";
  const std::string phase = TextAt(history[0], "phase");
  return Cat(TextAt(history[0], "at").substr(0, 19), phase.empty() ? "" : " ", phase);
}

int RunScheduleList(const Context& context, const ScheduleValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const auto answer = client->Schedules();
  if (!answer) return Complain(answer.error());
  json list = json::array();
  for (const json& each : answer->at("schedules")) {
    const bool here = TextAt(each, "project") == values.place.project && TextAt(each, "domain") == values.place.domain;
    if (here || !values.place.given) list.push_back(each);
  }
  if (context.printer.IsData()) return context.printer.Data(json{{"schedules", list}}), kExitOk;
  Table table({{"NAME", Table::Cut::kStart},
               {"PLACE"},
               {"WHEN"},
               {"STATE", Table::Cut::kNever, true},
               {"NEXT"},
               {.title = "LAST", .spare = true},
               {.title = "VERSION", .wide = true},
               {.title = "MISSED", .wide = true}});
  for (const json& each : list) {
    const json& next = each["next"];
    table.Row({TextAt(each, "name"), Cat(TextAt(each, "project"), "/", TextAt(each, "domain")), WhenText(each),
               each.value("active", false) ? "active" : "paused",
               next.empty() ? "" : next[0].get<std::string>().substr(0, 19), LastText(each), TextAt(each, "version"),
               each["missed"].dump()});
  }
  if (list.empty()) {
    std::fprintf(stderr, "no schedules; a launch plan with one that was activated is listed here\n");
    return kExitOk;
  }
  table.Print(context.printer.IsWide());
  return kExitOk;
}

// The refusal of the server with the names that there are.
int NoSchedule(Client& client, const Error& error, const std::string& name) {
  if (error.code != Code::kNotFound) return Complain(error);
  std::vector<std::string> names;
  if (const auto all = client.Schedules()) {
    for (const json& each : all->at("schedules")) names.push_back(TextAt(each, "name"));
  }
  const std::vector<std::string> near = NearestOf(names, name);
  return Complain(kExitOther,
                  Cat(error.message, near.empty() || near[0] == name ? "" : Cat("; did you mean ", near[0], "?"),
                      "\n`sandbox schedules list` lists them, -p and -d choose another place"));
}

int SetStates(const Context& context, const ScheduleValues& values, bool active) {
  if (values.names.empty() != values.all)
    return Complain(kExitUsage, Cat("which? give one or more NAMEs, or --all; ", CommandLine(context, "schedules list"),
                                    " lists them"));
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  json which = json::array();
  for (const std::string& name : values.names)
    which.push_back({{"project", values.place.project}, {"domain", values.place.domain}, {"name", name}});
  const auto changed = client->SetSchedules(active, which);
  if (!changed) return NoSchedule(*client, changed.error(), values.names.empty() ? "" : values.names[0]);
  if (context.printer.IsData()) return context.printer.Data(*changed), kExitOk;
  for (const json& each : changed->at("schedules"))
    std::printf("%s %s version %s\n", active ? "resumed" : "paused", TextAt(each, "name").c_str(),
                TextAt(each, "version").c_str());
  if (changed->at("schedules").empty()) std::fprintf(stderr, "no schedule was %s\n", active ? "paused" : "active");
  return kExitOk;
}

int RunSchedulePause(const Context& context, const ScheduleValues& values) { return SetStates(context, values, false); }
int RunScheduleResume(const Context& context, const ScheduleValues& values) { return SetStates(context, values, true); }

int RunScheduleNow(const Context& context, const ScheduleValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const auto started = client->RunSchedule(values.place, values.name);
  if (!started) return NoSchedule(*client, started.error(), values.name);
  PrintLaunched(context, client->Info(), {TextAt(*started, "project"), TextAt(*started, "domain"), true},
                TextAt(*started, "name"));
  return kExitOk;
}

}  // namespace

Verb ListSchedulesVerb() {
  return {"schedules list",         kSchedules,          "launch plans with a schedule, their next and last runs",
          "sandbox schedules list", "/schedules/*/name", With(ScheduleListOptions, RunScheduleList),
          "schedule cron"};
}
Verb PauseScheduleVerb() {
  return {"schedules pause",
          kSchedules,
          "stop one from running until it is resumed",
          "sandbox schedules pause nightly\nsandbox schedules pause --all",
          "/schedules/*/name",
          With(ScheduleNamesOptions, RunSchedulePause)};
}
Verb ResumeScheduleVerb() {
  return {"schedules resume",
          kSchedules,
          "let one that is paused run again; missed runs are not made up for",
          "sandbox schedules resume nightly",
          "/schedules/*/name",
          With(ScheduleNamesOptions, RunScheduleResume)};
}
Verb RunScheduleVerb() {
  return {"schedules run",
          kSchedules,
          "launch one now, with the time of now",
          "sandbox schedules run nightly",
          "/id",
          With(ScheduleRunOptions, RunScheduleNow)};
}

}  // namespace sandbox::cli
