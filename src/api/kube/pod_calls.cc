// Deleting pods.

#include <nlohmann/json.hpp>

#include "api/kube/calls.h"
#include "net/coroutines.h"

namespace sandbox::kube {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

constexpr size_t kOptionsMax = 64 * 1024;
constexpr int64_t kGraceUsual = 30, kGraceMax = 3600;

struct DeleteOptions {
  int64_t grace_seconds = kGraceUsual;
  bool dry_run = false;
};

Result<DeleteOptions> OptionsOf(const KubeRequest& request, const std::string& body) {
  DeleteOptions out;
  out.dry_run = request.Param("dryRun") == "All";
  const auto bad = [](const char* what) { return Fail(Code::kInvalidArgument, "BadRequest", what); };
  json options = body.empty() ? json::object() : json::parse(body, nullptr, false);
  if (!options.is_object()) return bad("the body of DELETE: expected DeleteOptions as JSON");
  const std::string_view asked = request.Param("gracePeriodSeconds");
  if (!asked.empty()) options["gracePeriodSeconds"] = json::parse(asked, nullptr, false);
  if (const auto grace = options.find("gracePeriodSeconds"); grace != options.end() && !grace->is_null()) {
    if (!grace->is_number_integer() || *grace < 0 || *grace > kGraceMax)
      return bad("gracePeriodSeconds: expected whole seconds from 0 to 3600");
    out.grace_seconds = grace->get<int64_t>();
  }
  if (const auto dry = options.find("dryRun"); dry != options.end() && dry->is_array()) out.dry_run |= !dry->empty();
  return out;
}

}  // namespace

asio::awaitable<void> ServeDeletePod(Call& call) {
  const auto body = co_await call.exchange.ReadAll(kOptionsMax);
  if (!body) co_return co_await SendAnswer(call, std::unexpected(body.error()));
  const auto options = OptionsOf(call.request, *body);
  if (!options) co_return co_await SendAnswer(call, std::unexpected(options.error()));
  Room& room = *call.room;
  const Snapshot snapshot = Look(room);
  auto found = co_await net::Offload(room.deps.workers, [&] { return FindPodRow(room, snapshot, call.request); });
  if (!found) co_return co_await SendAnswer(call, NoSuch(call.request));
  const auto row = std::make_shared<const model::TaskRecord>(std::move(*found));
  if (!options->dry_run) {
    room.board->Delete(row);
    // When it has ended meanwhile, its end is on its way here.
    if (!IsOver(*row)) room.deps.delete_pod(row->id, std::chrono::seconds(options->grace_seconds), [](bool) {});
  }
  const PodState state{row, room.board->DeletedAt(PodKey(*row))};
  auto objects = co_await net::Offload(room.deps.workers,
                                       [&] { return ObjectsOf(room, *call.resource, state, room.deps.clock.Now()); });
  co_await SendAnswer(call,
                      Json(OneBody(*call.resource, call.request, std::move(objects.front()), room.board->Version())));
}

}  // namespace sandbox::kube
