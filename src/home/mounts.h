#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sandbox::home {

// The type of the file system that holds an absolute path, by the text of /proc/self/mountinfo: "ext4", "nfs4",
// "fuse.sshfs". Empty: the text does not say.
std::string MountType(std::string_view mounts, const std::filesystem::path& path);

// Whether files of that type are another machine's, where locks and syncs may not do what a database needs.
bool IsNetworkType(std::string_view type);

// The type of the file system of a folder that exists, when it is another machine's; else empty.
std::string NetworkTypeOf(const std::filesystem::path& folder);

}  // namespace sandbox::home
