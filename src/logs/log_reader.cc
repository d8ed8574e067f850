#include "logs/log_reader.h"

#include <algorithm>
#include <sstream>

namespace sandbox::logs {
namespace {

constexpr uint64_t kReadBytes = 64 * 1024;
constexpr std::string_view kTruncated = "[sandbox: the log ends here, it is larger than ";

std::vector<model::LogIndexRecord> ReadIndex(std::filesystem::path path) {
  path.replace_extension(".idx");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  if (in) bytes << in.rdbuf();
  return model::DecodeLogIndex(bytes.str());
}

uint64_t LinesIn(std::string_view text) { return static_cast<uint64_t>(std::ranges::count(text, '\n')); }

}  // namespace

LogReader::LogReader(std::filesystem::path log) : path_(std::move(log)), index_(ReadIndex(path_)) {
  file_.open(path_, std::ios::binary);
  std::error_code missing;
  bytes_ = std::filesystem::file_size(path_, missing);
  if (missing) bytes_ = 0;
  std::erase_if(index_, [this](const model::LogIndexRecord& record) { return record.offset >= bytes_; });
  if (!index_.empty() || bytes_ == 0) return;
  model::LogIndexer indexer;
  std::string records;
  for (uint64_t at = 0; at < bytes_;) {
    const std::string piece = ReadPiece(at, kReadBytes);
    if (piece.empty()) break;
    indexer.Add(piece, false, 0, records);
    at += piece.size();
  }
  index_ = model::DecodeLogIndex(records);
}

std::string LogReader::ReadPiece(uint64_t offset, uint64_t bytes) {
  std::string out(std::min(bytes, bytes_ - std::min(bytes_, offset)), '\0');
  if (out.empty() || !file_) return "";
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<size_t>(std::max<std::streamsize>(file_.gcount(), 0)));
  return out;
}

LogMeta LogReader::Meta() {
  if (meta_) return *meta_;
  LogMeta out;
  out.bytes = bytes_;
  if (!index_.empty()) {
    out.lines = index_.back().line;
    char last = '\n';
    for (uint64_t at = index_.back().offset; at < bytes_;) {
      const std::string piece = ReadPiece(at, kReadBytes);
      if (piece.empty()) break;
      out.lines += LinesIn(piece);
      last = piece.back();
      at += piece.size();
    }
    out.lines += last != '\n';
    out.first_ms = index_.front().time_ms;
    out.last_ms = index_.back().time_ms;
    out.has_stderr = std::ranges::any_of(index_, &model::LogIndexRecord::is_stderr);
    const uint64_t tail = std::min<uint64_t>(bytes_, 256);
    out.truncated = ReadPiece(bytes_ - tail, tail).find(kTruncated) != std::string::npos;
  }
  meta_ = out;
  return out;
}

size_t LogReader::PlaceOf(uint64_t offset) const {
  const auto after = std::ranges::upper_bound(index_, offset, {}, &model::LogIndexRecord::offset);
  return after == index_.begin() ? 0 : static_cast<size_t>(after - index_.begin()) - 1;
}

// Of a line that is there. What ends before it is in front of the first record that counts it.
uint64_t LogReader::OffsetOf(uint64_t line) {
  if (line == 0) return 0;
  const auto first = std::ranges::lower_bound(index_, line, {}, &model::LogIndexRecord::line);
  const auto before = first == index_.begin() ? first : first - 1;
  uint64_t at = before->offset, missing = line - before->line;
  while (missing > 0) {
    const std::string piece = ReadPiece(at, kReadBytes);
    if (piece.empty()) return bytes_;
    for (size_t i = 0; i < piece.size() && missing > 0; ++i) {
      ++at;
      missing -= piece[i] == '\n';
    }
  }
  return at;
}

void LogReader::Read(uint64_t from, uint64_t text_max, const std::function<bool(LogLine&&)>& take) {
  if (index_.empty() || from >= Meta().lines) return;
  LogLine line;
  line.number = from;
  line.offset = OffsetOf(from);
  size_t place = PlaceOf(line.offset);
  const auto finish = [&](uint64_t end) {
    while (place + 1 < index_.size() && index_[place + 1].offset <= line.offset) ++place;
    line.time_ms = index_[place].time_ms;
    line.is_stderr = index_[place].is_stderr;
    line.bytes = end - line.offset;
    LogLine next;
    next.number = line.number + 1;
    next.offset = end + 1;
    const bool more = take(std::move(line));
    line = std::move(next);
    return more;
  };
  for (uint64_t at = line.offset; at < bytes_;) {
    const std::string piece = ReadPiece(at, kReadBytes);
    if (piece.empty()) return;
    for (size_t begin = 0; begin < piece.size();) {
      const size_t end = std::min(piece.find('\n', begin), piece.size());
      const size_t room = text_max - std::min<uint64_t>(text_max, line.text.size());
      line.text.append(piece, begin, std::min(end - begin, room));
      if (end == piece.size()) break;
      if (!finish(at + end)) return;
      begin = end + 1;
    }
    at += piece.size();
  }
  if (line.offset < bytes_) finish(bytes_);
}

uint64_t LogReader::FindTime(uint64_t time_ms) const {
  const auto found = std::ranges::lower_bound(index_, time_ms, {}, &model::LogIndexRecord::time_ms);
  // The lines of the record before it may have begun as late as that.
  if (found == index_.begin()) return 0;
  return (found - 1)->line;
}

}  // namespace sandbox::logs
