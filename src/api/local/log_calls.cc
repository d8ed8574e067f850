#include "api/local/log_calls.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "api/local/log_search.h"
#include "api/local/row_json.h"
#include "logs/log_reader.h"
#include "net/byte_range.h"
#include "net/coroutines.h"
#include "sandbox/base/text.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr int64_t kLinesMax = 5000, kLinesUsual = 500;
constexpr uint64_t kAnswerBytes = 2 << 20;
constexpr uint64_t kLineBytes = 4096;
constexpr size_t kSendBytes = 64 * 1024;

struct LogPath {
  std::string pod_namespace, pod, call;
};

std::optional<LogPath> ParseLogPath(const std::string& path) {
  if (!path.starts_with(kLogsPath)) return std::nullopt;
  std::istringstream in(path.substr(kLogsPath.size()));
  std::vector<std::string> parts;
  for (std::string part; std::getline(in, part, '/');) parts.push_back(part);
  if (parts.size() != 3) return std::nullopt;
  // They become a path on disk.
  for (const std::string& part : parts) {
    if (part.empty() || part == "." || part == "..") return std::nullopt;
  }
  return LogPath{parts[0], parts[1], parts[2]};
}

json Millis(uint64_t time_ms) { return time_ms == 0 ? json() : TimeRow(Instant(std::chrono::milliseconds(time_ms))); }

json MetaJson(logs::LogReader& log, bool complete) {
  const logs::LogMeta meta = log.Meta();
  return {{"bytes", meta.bytes},
          {"lines", meta.lines},
          {"complete", complete},
          {"truncated", meta.truncated},
          {"first_at", Millis(meta.first_ms)},
          {"last_at", Millis(meta.last_ms)},
          {"has_stderr", meta.has_stderr}};
}

}  // namespace

Result<json> LinesJson(logs::LogReader& log, bool complete, const Target& target) {
  const auto wanted = target.Number("from", 0, INT64_MIN / 2, INT64_MAX / 2);
  if (!wanted) return std::unexpected(wanted.error());
  const auto count = target.Number("count", kLinesUsual, 1, kLinesMax);
  if (!count) return std::unexpected(count.error());
  const auto total = static_cast<int64_t>(log.Lines());
  const int64_t from = *wanted < 0 ? std::max<int64_t>(0, total + *wanted) : *wanted;
  json text = json::array(), time_ms = json::array(), in_stderr = json::array(), cut = json::array();
  uint64_t bytes = 0;
  log.Read(static_cast<uint64_t>(from), kLineBytes, [&](logs::LogLine&& line) {
    const size_t index = text.size();
    if (line.is_stderr) in_stderr.push_back(index);
    if (line.bytes > line.text.size()) cut.push_back({index, line.bytes});
    bytes += line.text.size();
    time_ms.push_back(line.time_ms);
    text.push_back(std::move(line.text));
    return static_cast<int64_t>(text.size()) < *count && bytes < kAnswerBytes;
  });
  return json{{"from", from},
              {"total", total},
              {"complete", complete},
              {"text", std::move(text)},
              {"time_ms", std::move(time_ms)},
              {"stderr", std::move(in_stderr)},
              {"cut", std::move(cut)}};
}

namespace {

// What a pod's log is read with, made on a worker.
struct OpenLog {
  std::shared_ptr<logs::LogReader> reader;
  std::filesystem::path file;
  bool complete = false;
};

std::optional<OpenLog> Open(const LocalApiDeps& deps, const LogPath& path) {
  const auto pod =
      deps.store.Query([&](MetadataReader& reader) { return reader.FindPod(path.pod_namespace, path.pod); });
  if (!pod) return std::nullopt;
  OpenLog out;
  out.complete = IsTerminal(pod->phase);
  out.file = deps.logs / path.pod_namespace / (path.pod + ".log");
  out.reader = std::make_shared<logs::LogReader>(out.file);
  return out;
}

// Bytes of the file from `offset` to `end`, in pieces.
asio::awaitable<bool> SendBytes(const LocalApiDeps& deps, net::HttpExchange& exchange, std::filesystem::path file,
                                uint64_t offset, uint64_t end) {
  while (offset < end) {
    const std::string piece = co_await net::Offload(deps.workers, [&file, offset, end] {
      std::ifstream in(file, std::ios::binary);
      in.seekg(static_cast<std::streamoff>(offset));
      std::string bytes(std::min<uint64_t>(kSendBytes, end - offset), '\0');
      in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      bytes.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
      return bytes;
    });
    if (piece.empty() || !co_await exchange.Write(piece)) co_return false;
    offset += piece.size();
  }
  co_return true;
}

net::HttpResponse TextHead(const std::string& pod, bool attachment) {
  net::HttpResponse head;
  head.headers.Set("Content-Type", "text/plain; charset=utf-8");
  head.headers.Set("X-Content-Type-Options", "nosniff");
  if (attachment) head.headers.Set("Content-Disposition", Cat("attachment; filename=\"", pod, ".log\""));
  return head;
}

asio::awaitable<void> SendRaw(const LocalApiDeps& deps, net::HttpExchange& exchange, const OpenLog& log,
                              const std::string& pod) {
  const uint64_t size = log.reader->Bytes();
  net::HttpResponse head = TextHead(pod, true);
  head.headers.Set("Accept-Ranges", "bytes");
  net::ByteRange range{0, size};
  if (const auto wanted = net::ParseByteRange(exchange.Request().headers.Get("Range"), size)) {
    if (wanted->length == 0) {
      net::HttpResponse none = ErrorAnswer({Code::kOutOfRange, "RANGE", Cat("the log has ", size, " bytes")});
      none.headers.Set("Content-Range", net::ContentRange(*wanted, size));
      co_await exchange.Send(std::move(none));
      co_return;
    }
    range = *wanted;
    head.status = 206;
    head.headers.Set("Content-Range", net::ContentRange(range, size));
  }
  if (!co_await exchange.Begin(std::move(head), range.length)) co_return;
  if (co_await SendBytes(deps, exchange, log.file, range.offset, range.offset + range.length)) co_await exchange.End();
}

asio::awaitable<void> SendLine(const LocalApiDeps& deps, net::HttpExchange& exchange, const OpenLog& log,
                               const std::string& pod, const Target& target) {
  const auto number = target.Number("n", 0, 0, INT64_MAX / 2);
  if (!number) {
    co_await exchange.Send(ErrorAnswer(number.error()));
    co_return;
  }
  const auto found = co_await net::Offload(deps.workers, [&log, number = *number] {
    std::optional<logs::LogLine> out;
    log.reader->Read(static_cast<uint64_t>(number), 0, [&out](logs::LogLine&& line) {
      out = std::move(line);
      return false;
    });
    return out;
  });
  if (!found) {
    co_await exchange.Send(NotFoundAnswer(Cat("the log of ", pod, " has no line ", *number)));
    co_return;
  }
  if (!co_await exchange.Begin(TextHead(pod, false), found->bytes)) co_return;
  if (co_await SendBytes(deps, exchange, log.file, found->offset, found->offset + found->bytes))
    co_await exchange.End();
}

// Answers of the search in pieces, so that the first ones come at once, and a client that leaves ends it.
asio::awaitable<void> SendFound(const LocalApiDeps& deps, net::HttpExchange& exchange, const OpenLog& log,
                                const std::string& pod, LogSearch& search, bool whole_lines) {
  net::HttpResponse head = TextHead(pod, whole_lines);
  if (!whole_lines) head.headers.Set("Content-Type", "application/x-ndjson");
  if (!co_await exchange.Begin(std::move(head), std::nullopt)) co_return;
  while (!search.Done()) {
    const std::string piece = co_await net::Offload(
        deps.workers, [&] { return whole_lines ? search.NextLines(*log.reader) : search.NextMatches(*log.reader); });
    if (exchange.PeerIsGone()) co_return;
    if (!piece.empty() && !co_await exchange.Write(piece)) co_return;
  }
  co_await exchange.End();
}

}  // namespace

bool IsLogCall(const std::string& path) { return ParseLogPath(path).has_value(); }

asio::awaitable<void> ServeLogCall(const LocalApiDeps& deps, net::HttpExchange& exchange, Target target) {
  const LogPath path = *ParseLogPath(target.path);
  const auto log = co_await net::Offload(deps.workers, [&] { return Open(deps, path); });
  if (!log) {
    co_await exchange.Send(
        NotFoundAnswer(Cat("no pod ", path.pod, " in namespace ", path.pod_namespace, "; `sandbox pods` lists them")));
    co_return;
  }
  if (path.call == "meta") {
    co_await exchange.Send(
        JsonAnswer(200, co_await net::Offload(deps.workers, [&log] { return MetaJson(*log->reader, log->complete); })));
  } else if (path.call == "lines") {
    const auto lines =
        co_await net::Offload(deps.workers, [&log, &target] { return LinesJson(*log->reader, log->complete, target); });
    co_await exchange.Send(lines ? JsonAnswer(200, *lines) : ErrorAnswer(lines.error()));
  } else if (path.call == "line") {
    co_await SendLine(deps, exchange, *log, path.pod, target);
  } else if (path.call == "search" || (path.call == "raw" && !target.Get("q").empty())) {
    auto search = LogSearch::Make(target);
    if (!search) {
      co_await exchange.Send(ErrorAnswer(search.error()));
      co_return;
    }
    co_await SendFound(deps, exchange, *log, path.pod, **search, path.call == "raw");
  } else if (path.call == "raw") {
    co_await SendRaw(deps, exchange, *log, path.pod);
  } else {
    co_await exchange.Send(NotFoundAnswer("a log has meta, lines, line, search and raw"));
  }
}

}  // namespace sandbox::api
