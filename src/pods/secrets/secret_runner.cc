#include "pods/secrets/secret_runner.h"

#include <utility>

#include "pods/secrets/resolve.h"

namespace sandbox::pods {

void SecretRunner::Start(PodSpec spec) {
  if (spec.secrets.empty()) return Inner().Start(std::move(spec));
  if (!pending_.insert(spec.id).second) return;
  auto shared = std::make_shared<PodSpec>(std::move(spec));
  workers_.Run([this, shared] {
    auto values = std::make_shared<Result<SecretValues>>(ResolveSecrets(store_, shared->secrets));
    loop_.Post([this, shared, values] { OnResolved(shared, *values); });
  });
}

void SecretRunner::OnResolved(std::shared_ptr<PodSpec> spec, const Result<SecretValues>& values) {
  if (pending_.erase(spec->id) == 0) return;  // stopped in the meantime
  if (values) {
    spec->secret_values = *values;
    return Inner().Start(std::move(*spec));
  }
  PodReport report;
  report.id = spec->id;
  report.wait.code = values.error().reason == kMissingSecret ? model::PodWait::kSecret : model::PodWait::kBadSecret;
  report.wait.error = values.error().message;
  report.occurred_at = clock_.Now();
  Tell(std::move(report));
}

void SecretRunner::Stop(const AttemptId& id, Duration grace) {
  pending_.erase(id);
  Inner().Stop(id, grace);
}

void SecretRunner::Release(const AttemptId& id) {
  pending_.erase(id);
  Inner().Release(id);
}

}  // namespace sandbox::pods
