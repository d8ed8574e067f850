#pragma once

// What a reader of events may ask for, and which events belong to it.

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

// TOPIC:PLACE, such as run:flytesnacks/development/x.
struct Topic {
  enum class Kind {
    kList,
    kRun,
    kItems,
    kLog,
    kStats,
    kPods,
    kSchedules,
    kEntities,
    kLimits,
    kMachine,
    kHome,
    kImages,
    kBuild
  };
  Kind kind = Kind::kHome;
  std::string text;                // as it was asked for
  std::vector<std::string> parts;  // of the place
};

// The reason when there is no such topic, in words for a person.
// Of a run's topic, or of its items' or its samples'.
ExecutionId RunOf(const Topic& topic);
std::expected<Topic, std::string> ParseTopic(const std::string& text);
// Why a topic names nothing that is there; none when it does.
std::optional<std::string> NamesNothing(MetadataReader& reader, const Topic& topic);

// One change can be several events: an attempt is also a pod.
struct EventKey {
  std::string name;  // "execution", "node", ...
  std::string key;   // of the row: two events of one key are about the same
};
std::vector<EventKey> EventsOf(const Change& change);
// `name` is one of EventsOf's; `array` is the node of an item. An execution belongs to the run that launched it too.
bool Belongs(const std::string& name, const Change& change, const std::string& array, const Topic& topic);
// Of a row of images or builds.
bool BelongsSeen(const std::string& name, const std::string& id, const Topic& topic);

}  // namespace sandbox::api
