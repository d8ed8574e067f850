#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/feed.h"
#include "cli/request.h"
#include "cli/table.h"
#include "cli/target.h"
#include "cli/times.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct EventsValues {
  Target target;
  bool follow = false;
};

void EventsOptions(Options& options, EventsValues& values) {
  OptionalExecutionArgument(options, values.target, "of this execution only");
  options.Flag("-f,--follow", values.follow,
               "what happens from now on, until Ctrl-C; a line of JSON each with -o json");
  options.InPlace(values.target.place);
}

Result<json> AllEvents(Client& client, const Target& target) {
  json events = json::array();
  for (size_t from = 0;;) {
    const auto answer = client.RunEvents(target.place, target.execution, from);
    if (!answer) return std::unexpected(answer.error());
    for (const json& event : answer->at("events")) events.push_back(event);
    if (!answer->at("next").is_number()) return json{{"events", std::move(events)}};
    from = answer->at("next");
  }
}

void PrintEvents(const json& events, bool wide) {
  Table table({{"AT"},
               {"NODE"},
               {"PHASE", Table::Cut::kNever, true},
               {.title = "KIND", .wide = true},
               {"WHAT", Table::Cut::kEnd}});
  for (const json& event : events) {
    std::string node = TextAt(event, "node");
    if (event.contains("item")) node += Cat("[", event["item"].get<int>(), "]");
    if (const int attempt = event.value("attempt", 0); attempt > 0) node += Cat(" #", attempt + 1);
    table.Row(
        {TextAt(event, "at"), node, TextAt(event, "phase"), TextAt(event, "kind"), WaitGist(TextAt(event, "text"))});
  }
  table.Print(wide);
}

// "execution f4b8 RUNNING", "pod f4b8-n0-0 Running".
std::string EventText(const FeedEvent& event) {
  const json& row = event.data;
  std::string out = event.name;
  const auto add = [&](const std::string& word) {
    if (!word.empty()) out += " " + word;
  };
  for (const char* key : {"execution", "id", "name", "node", "reference", "display"}) add(TextAt(row, key));
  if (row.contains("item") && row["item"].is_number()) add(Cat("[", row["item"].get<int>(), "]"));
  for (const char* key : {"phase", "status", "pod_status", "state"}) add(TextAt(row, key));
  if (event.name == "story") add(TextAt(row, "text"));
  if (event.name == "log" && row.contains("lines")) add(Cat(row["lines"].dump(), " lines"));
  return out;
}

// Those of the machine come every second and say nothing of an execution.
bool IsPrinted(const FeedEvent& event) {
  for (const char* none : {"hello", "machine", "stats", "reset"}) {
    if (event.name == none) return false;
  }
  return true;
}

int FollowEvents(const Context& context, Client& client, const Target& target) {
  const std::string run = Cat("run:", target.place.project, "/", target.place.domain, "/", target.execution);
  EventFeed feed(client.Info().port, target.execution.empty() ? "home,pods:*,schedules" : run);
  while (true) {
    const auto event = feed.Next(std::chrono::seconds(60));
    if (!event) return Complain(event.error());
    if (!*event || !IsPrinted(**event)) continue;
    if (context.printer.IsName()) {
      std::printf("%s\n", (*event)->name.c_str());
    } else if (context.printer.IsData()) {
      std::printf("%s\n", BodyOf({{"id", (*event)->id}, {"event", (*event)->name}, {"data", (*event)->data}}).c_str());
    } else {
      std::printf("%s  %s\n", TextAt((*event)->data, "at").c_str(), EventText(**event).c_str());
    }
    std::fflush(stdout);
    const bool of_it = (*event)->name == "execution" && TextAt((*event)->data, "id") == target.execution;
    if (of_it && IsEnded(TextAt((*event)->data, "phase"))) return kExitOk;
  }
}

int RunEventsVerb(const Context& context, const EventsValues& values) {
  if (!values.follow && values.target.execution.empty())
    return Complain(kExitUsage, Cat("name an EXECUTION, or follow what happens in all of them: ",
                                    CommandLine(context, "events -f")));
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target target = values.target;
  if (!target.execution.empty()) {
    const auto tree = FindTree(*client, target);
    if (!tree) return Complain(tree.error());
    if (!values.follow || IsEnded(TextAt(*tree, "phase"))) {
      const auto events = AllEvents(*client, target);
      if (!events) return Complain(events.error());
      if (context.printer.IsData()) return context.printer.Data(*events), kExitOk;
      return PrintEvents(events->at("events"), context.printer.IsWide()), kExitOk;
    }
  }
  return FollowEvents(context, *client, target);
}

}  // namespace

Verb EventsVerb() {
  return {"events",
          kLooking,
          "every phase and reason of an execution, or what happens now",
          "sandbox events f4b8c2d6e0a1\nsandbox events -f",
          "/events/*/kind",
          With(EventsOptions, RunEventsVerb),
          "feed stream happenings"};
}

}  // namespace sandbox::cli
