#include "cli/follow.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct WatchValues {
  Target target;
};

void WatchOptions(Options& options, WatchValues& values) {
  ExecutionArgument(options, values.target);
  options.InPlace(values.target.place);
}

int RunWatch(const Context& context, const WatchValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target target = values.target;
  if (const auto found = FindTree(*client, target); !found) return Complain(found.error());
  return Follow(context, *client, target);
}

}  // namespace

Verb WatchVerb() {
  return {"watch",
          kLooking,
          "follow one to its end; exit code 7: it failed, 8: aborted",
          "sandbox watch @latest",
          "/id",
          With(WatchOptions, RunWatch),
          "wait follow attach"};
}

}  // namespace sandbox::cli
