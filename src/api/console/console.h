#pragma once

// The console's page, embedded: its files with the headers that browsers keep them by.
//
// Paths: /console/assets/... (named by content, kept for ever), the other files of the build at /console/FILE, and the
// page itself for every other path below /console and /kubernetes-dashboard, which log links lead to: the page reads
// the address. Addresses of other consoles are redirected: /org/ORG/console/... and /minio/....
//
// Thread: any.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "net/http.h"

namespace sandbox::api {

// One file, laid out as scripts/build-console writes it. Texts end with a zero byte.
struct ConsoleFile {
  const char* path;      // below /console/: "index.html", "assets/main-1a2b3c4d.js"
  const char* type;      // for Content-Type
  const char* hash;      // of the plain content; letters and digits
  const char* bytes;     // as stored
  uint64_t size;         // of `bytes`
  uint64_t plain_bytes;  // when `bytes` are gzip's: how many they become; else 0
};

// Where a request goes: as sent, and with its percent-encoding undone.
struct ConsolePath {
  std::string_view raw, decoded, query;
};

class Console {
 public:
  // `files` outlive it. Without an "index.html" among them there is no page, and every answer is nullopt.
  explicit Console(std::span<const ConsoleFile> files);

  // nullopt for a path that is not the console's.
  std::optional<net::HttpResponse> Answer(const net::HttpRequest& request, const ConsolePath& path) const;

 private:
  std::map<std::string_view, const ConsoleFile*> files_;
  const ConsoleFile* index_ = nullptr;
};

}  // namespace sandbox::api
