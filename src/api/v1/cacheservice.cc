#include "api/v1/catalog.h"
#include "api/v1/fields.h"
#include "cache/reservations.h"
#include "idl/times.h"

namespace sandbox::api {

namespace cs = flyteidl::cacheservice;

namespace {

Status CheckOutput(const cs::PutCacheRequest& request) {
  if (auto ok = RequireText(request.key(), "key"); !ok) return ok;
  if (!request.has_output()) return Missing("output");
  if (request.output().output_case() == cs::CachedOutput::OUTPUT_NOT_SET)
    return InvalidArgument("invalid value for output, value:[]");
  if (!request.output().metadata().has_source_identifier()) return Missing("source_identifier");
  if (request.output().has_output_uri()) return RequireText(request.output().output_uri(), "output_uri");
  return {};
}

template <typename Request>
Status CheckOwner(const Request& request) {
  if (auto ok = RequireText(request.key(), "key"); !ok) return ok;
  return RequireText(request.owner_id(), "owner_id");
}

// Apart from those of the data catalog.
std::string ReservationKeyOf(const std::string& key) { return Cat("reservation:", key); }

std::unexpected<Error> NoOutput(const std::string& key) {
  return NotFound(Cat("missing entity of type CachedOutput with identifier ", key));
}

}  // namespace

Result<cs::GetCacheResponse> CacheService::Get(const cs::GetCacheRequest& request) {
  if (auto ok = RequireText(request.key(), "key"); !ok) return std::unexpected(std::move(ok.error()));
  const auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindCachedOutput(request.key()); });
  if (!record) return NoOutput(request.key());
  cs::GetCacheResponse out;
  if (!out.mutable_output()->ParseFromString(record->output))
    return Internal(Cat("the entry ", request.key(), " cannot be read"));
  return out;
}

void CacheService::Put(const cs::PutCacheRequest& request, Reply<cs::PutCacheResponse> reply) {
  if (auto ok = CheckOutput(request); !ok) return reply(std::unexpected(std::move(ok.error())));
  const auto now = idl::ToIdl(deps_.clock.Now());
  const auto work = [request, now](MetadataWriter& writer) -> Status {
    cs::CachedOutput output = request.output();
    *output.mutable_metadata()->mutable_created_at() = now;
    *output.mutable_metadata()->mutable_last_updated_at() = now;
    if (const auto found = writer.FindCachedOutput(request.key())) {
      if (!request.overwrite())
        return Fail(Code::kAlreadyExists, "CACHE_KEY_EXISTS",
                    Cat("Output with key ", request.key(), " already exists"));
      cs::CachedOutput old;
      if (old.ParseFromString(found->output) && old.metadata().has_created_at())
        *output.mutable_metadata()->mutable_created_at() = old.metadata().created_at();
    }
    return writer.PutCachedOutput({request.key(), output.SerializeAsString()});
  };
  deps_.store.Write(work, [reply = std::move(reply)](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(cs::PutCacheResponse());
  });
}

void CacheService::Delete(const cs::DeleteCacheRequest& request, Reply<cs::DeleteCacheResponse> reply) {
  if (auto ok = RequireText(request.key(), "key"); !ok) return reply(std::unexpected(std::move(ok.error())));
  const auto work = [key = request.key()](MetadataWriter& writer) -> Status {
    if (!writer.DeleteCachedOutput(key)) return NoOutput(key);
    return {};
  };
  deps_.store.Write(work, [reply = std::move(reply)](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(cs::DeleteCacheResponse());
  });
}

void CacheService::GetOrExtendReservation(const cs::GetOrExtendReservationRequest& request,
                                          Reply<cs::GetOrExtendReservationResponse> reply) {
  if (auto ok = CheckOwner(request); !ok) return reply(std::unexpected(std::move(ok.error())));
  auto response = std::make_shared<cs::GetOrExtendReservationResponse>();
  const auto work = [request, response, now = deps_.clock.Now()](MetadataWriter& writer) -> Status {
    auto reservation = cache::GetOrExtend(writer, ReservationKeyOf(request.key()), request.owner_id(),
                                          idl::FromIdl(request.heartbeat_interval()), now);
    if (!reservation) return std::unexpected(std::move(reservation.error()));
    cs::Reservation& out = *response->mutable_reservation();
    out.set_key(request.key());
    out.set_owner_id(reservation->owner);
    *out.mutable_heartbeat_interval() = idl::ToIdl(reservation->heartbeat);
    *out.mutable_expires_at() = idl::ToIdl(reservation->expires_at);
    return {};
  };
  deps_.store.Write(work, [reply = std::move(reply), response](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(std::move(*response));
  });
}

void CacheService::ReleaseReservation(const cs::ReleaseReservationRequest& request,
                                      Reply<cs::ReleaseReservationResponse> reply) {
  if (auto ok = CheckOwner(request); !ok) return reply(std::unexpected(std::move(ok.error())));
  const auto work = [request](MetadataWriter& writer) -> Status {
    writer.DeleteReservation(ReservationKeyOf(request.key()), request.owner_id());
    return {};
  };
  deps_.store.Write(work, [reply = std::move(reply)](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(cs::ReleaseReservationResponse());
  });
}

}  // namespace sandbox::api
