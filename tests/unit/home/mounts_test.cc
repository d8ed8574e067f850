#include "home/mounts.h"

#include <catch2/catch.hpp>

namespace sandbox::home {
namespace {

constexpr std::string_view kMounts =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "40 22 0:35 / /home rw,relatime shared:2 master:3 - nfs4 server:/export rw,vers=4.2\n"
    "41 40 0:36 / /home/a\\040b rw - fuse.sshfs b@server: rw\n"
    "42 22 0:37 / /tmp rw - tmpfs tmpfs rw\n"
    "43 22 0:38 / /tmp rw - cifs //server/share rw\n"
    "a line that is none\n";

}  // namespace

TEST_CASE("the file system of a path is that of its longest mount point", "[home]") {
  CHECK(MountType(kMounts, "/var/lib/x") == "ext4");
  CHECK(MountType(kMounts, "/homes/x") == "ext4");
  CHECK(MountType(kMounts, "/home") == "nfs4");
  CHECK(MountType(kMounts, "/home/me/.sandbox/") == "nfs4");
  CHECK(MountType(kMounts, "/home/a b/x") == "fuse.sshfs");
  CHECK(MountType("", "/") == "");
}

TEST_CASE("of two mounts at one place the later one counts", "[home]") {
  CHECK(MountType(kMounts, "/tmp/x") == "cifs");
}

TEST_CASE("another machine's file systems are told from this machine's", "[home]") {
  for (const char* type : {"nfs", "nfs4", "cifs", "fuse.sshfs", "9p"}) CHECK(IsNetworkType(type));
  for (const char* type : {"ext4", "xfs", "btrfs", "overlay", "tmpfs", "fuse.bindfs", ""})
    CHECK_FALSE(IsNetworkType(type));
  CHECK(NetworkTypeOf("/proc").empty());
  CHECK(NetworkTypeOf("/there/is/no/such/folder").empty());
}

}  // namespace sandbox::home
