#pragma once

// The headers of tar archives (POSIX ustar with pax records): what writes and reads archives adds the contents. Pure.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

inline constexpr size_t kTarBlockBytes = 512;

struct TarMember {
  std::string path;  // relative; a directory's ends in a slash
  char type = '0';  // '0' file, '1' hard link, '2' symbolic link, '5' directory; 'x', 'g', 'L', 'K' say more of another
  uint64_t size = 0;  // of the content that follows
  unsigned mode = 0644;
  int64_t modified_s = 0;  // since 1970
  std::string link{};      // of a link
};

// The blocks before the content, owned by root. What does not fit (paths above 100 bytes, 8 GiB and more) goes into a
// pax record.
std::string EncodeTarHeader(const TarMember& member);
// Zeros behind a content up to the next block, and at the end of the archive.
std::string TarPadding(uint64_t size);
std::string TarEnd();

// One block. nullopt: its checksum does not hold or its size is no number.
std::optional<TarMember> DecodeTarHeader(std::string_view block);
// A block of zeros, or none.
bool IsTarEnd(std::string_view block);
// The content of a member of type 'x' or 'g': "27 path=some/long/name\n" and more of them. False for a malformed one.
bool DecodePaxRecords(std::string_view records, std::map<std::string, std::string>& out);

}  // namespace sandbox
