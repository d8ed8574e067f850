#pragma once

// GET /sandbox/v1/search: one text in the names of everything.
//
// Thread: any; blocks for as long as the engine takes to tell its images.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"
#include "sandbox/ports/images.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::api {

struct SearchWanted {
  std::string text;             // not empty
  std::string project, domain;  // empty: of all. Images and objects have none
  uint64_t limit = 8;           // of each group
};

// {title, detail, href, match} by group. Of pods the newest thousand are looked at, and the one that has the text as
// its name; of objects those whose address begins with the text, or the key in their bucket, down to the next slash.
nlohmann::json SearchGroups(MetadataReader& reader, const std::vector<HostImage>& images, ObjectStore& objects,
                            const SearchWanted& wanted);

net::HttpResponse SearchAnswer(const LocalApiDeps& deps, const Target& target);

}  // namespace sandbox::api
