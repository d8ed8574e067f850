#pragma once

// What changes in the lists of images and of builds, for readers of the topics `images` and `build:ID`. The engine and
// the disk tell nobody: they are looked at, while somebody reads.
//
// Thread: any that may block, one at a time.

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "api/local/event_hub.h"
#include "api/local/image_board.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

class ImageWatch {
 public:
  // Both outlive this object.
  ImageWatch(ImageBoard& board, MetadataStore& store, std::filesystem::path builds)
      : board_(board), store_(store), builds_(std::move(builds)) {}

  // Rows that are new or other than at the last look, and those that went, with `gone`. At first all rows.
  std::vector<SeenRow> Look();

 private:
  using Rows = std::map<std::string, std::string>;  // JSON by what names the row
  Rows ImagesNow();
  Rows BuildsNow() const;
  static void Compare(const char* name, const char* key, Rows now, Rows& before, std::vector<SeenRow>& out);

  ImageBoard& board_;
  MetadataStore& store_;
  const std::filesystem::path builds_;
  Rows images_, known_builds_;
  std::vector<TaskUse> uses_;
  std::chrono::steady_clock::time_point uses_read_{};
};

}  // namespace sandbox::api
