#include <algorithm>

#include "store/rows.h"
#include "store/session.h"

namespace sandbox::store {
namespace {

std::unexpected<Error> RowExists(std::string_view what) {
  return Fail(Code::kAlreadyExists, "ROW_EXISTS", Cat(what, " exists"));
}

int KindNumber(const EntityId& id) { return static_cast<int>(id.kind); }

}  // namespace

std::optional<model::EntityRecord> Session::FindEntity(const EntityId& id) {
  return First(
      db_.Run(SANDBOX_SELECT_ENTITY(
                  "m.closure") " WHERE m.kind = ? AND m.project = ? AND m.domain = ? AND m.name = ? AND m.version = ?",
              KindNumber(id), id.project, id.domain, id.name, id.version),
      ReadEntity);
}

std::optional<model::EntityRecord> Session::FindActiveLaunchPlan(const std::string& project, const std::string& domain,
                                                                 const std::string& name) {
  return First(
      db_.Run(SANDBOX_SELECT_ENTITY(
                  "m.closure") " WHERE m.kind = 3 AND m.state = 1 AND m.project = ? AND m.domain = ? AND m.name = ?"
                               " ORDER BY m.updated_at DESC, m.id DESC LIMIT 1",
              project, domain, name),
      ReadEntity);
}

std::optional<model::NamedEntityRecord> Session::FindNamedEntity(const EntityId& id) {
  return First(db_.Run(SANDBOX_SELECT_NAME
                       " WHERE m.kind = ? AND m.project = ? AND m.domain = ? AND m.name = ? AND m.registered = 1",
                       KindNumber(id), id.project, id.domain, id.name),
               ReadName);
}

std::optional<model::DescriptionRecord> Session::FindDescription(const EntityId& id) {
  // The reference ignores the kind when it is not given.
  if (id.kind == EntityKind::kUnspecified) {
    return First(
        db_.Run(SANDBOX_SELECT_DESCRIPTION
                " WHERE m.kind IN (1, 2, 3) AND m.project = ? AND m.domain = ? AND m.name = ? AND m.version = ?"
                " ORDER BY m.id LIMIT 1",
                id.project, id.domain, id.name, id.version),
        ReadDescription);
  }
  return First(db_.Run(SANDBOX_SELECT_DESCRIPTION
                       " WHERE m.kind = ? AND m.project = ? AND m.domain = ? AND m.name = ? AND m.version = ?",
                       KindNumber(id), id.project, id.domain, id.name, id.version),
               ReadDescription);
}

std::optional<model::ProjectRecord> Session::FindProject(const std::string& id) {
  return First(db_.Run(SANDBOX_SELECT_PROJECT " WHERE m.identifier = ?", id), ReadProject);
}

std::optional<model::AttributesRecord> Session::FindAttributes(const model::AttributesKey& exact) {
  return First(
      db_.Run(SANDBOX_SELECT_ATTRIBUTES
              " WHERE m.resource = ? AND m.project = ? AND m.domain = ? AND m.workflow = ? AND m.launch_plan = ?",
              exact.resource, exact.project, exact.domain, exact.workflow, exact.launch_plan),
      ReadAttributes);
}

std::vector<model::AttributesRecord> Session::MatchAttributes(const model::AttributesKey& key) {
  // Sorted here: SQLite would make a sorter for what is nearly always no row. The plus signs keep it from making a
  // table for each OR.
  auto rows =
      All(db_.Run(SANDBOX_SELECT_ATTRIBUTES
                  " WHERE m.resource = ? AND (+m.project = '' OR +m.project = ?) AND (+m.domain = '' OR +m.domain = ?)"
                  " AND (+m.workflow = '' OR +m.workflow = ?) AND (+m.launch_plan = '' OR +m.launch_plan = ?)",
                  key.resource, key.project, key.domain, key.workflow, key.launch_plan),
          ReadAttributes);
  std::ranges::sort(rows, std::ranges::greater(), &model::AttributesRecord::priority);
  return rows;
}

std::vector<model::AttributesRecord> Session::ListAttributes(int resource) {
  return All(db_.Run(SANDBOX_SELECT_ATTRIBUTES " WHERE m.resource = ? ORDER BY m.priority DESC, m.id", resource),
             ReadAttributes);
}

std::vector<model::ScheduleRecord> Session::ListActiveSchedules() {
  return All(db_.Run("SELECT m.project, m.domain, m.name, m.version, m.spec, m.updated_at, s.fired_at FROM entities m "
                     "LEFT JOIN schedules s"
                     " ON s.project = m.project AND s.domain = m.domain AND s.name = m.name AND s.version = m.version"
                     " WHERE m.kind = 3 AND m.state = 1 AND m.schedule_type <> 'NONE' ORDER BY m.id"),
             [](Cursor& row) {
               model::ScheduleRecord out;
               out.launch_plan = {EntityKind::kLaunchPlan, row.Text(), row.Text(), row.Text(), row.Text()};
               out.spec = row.Text();
               out.active_since = row.Time();
               out.fired_at = row.Time();
               return out;
             });
}

Status Session::InsertEntity(const model::EntityRecord& entity) {
  const EntityId& id = entity.id;
  const EntityId& workflow = entity.workflow;
  const std::string workflow_bytes = EncodeId(workflow);
  const int inserted = db_.Execute(
      "INSERT INTO entities (kind, project, domain, name, version, type, short_description, state, schedule_type, "
      "created_at, updated_at,"
      " digest, workflow, typed_interface, spec, closure, workflow_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?,"
      " (SELECT id FROM entities WHERE kind = 2 AND project = ? AND domain = ? AND name = ? AND version = ?))"
      " ON CONFLICT DO NOTHING",
      KindNumber(id), id.project, id.domain, id.name, id.version, entity.type, entity.short_description, entity.state,
      entity.schedule_type, entity.created_at, entity.updated_at, Blob{entity.digest}, Blob{workflow_bytes},
      Blob{entity.typed_interface}, Blob{entity.spec}, Blob{entity.closure}, workflow.project, workflow.domain,
      workflow.name, workflow.version);
  if (inserted == 0) return RowExists("entity");
  db_.Execute(
      "INSERT INTO names (kind, project, domain, name, registered, created_at) VALUES (?, ?, ?, ?, 1, ?)"
      " ON CONFLICT (kind, project, domain, name) DO UPDATE SET registered = 1 WHERE registered = 0",
      KindNumber(id), id.project, id.domain, id.name, entity.created_at);
  RecordChange(EntityChange{id});
  return {};
}

Status Session::SetLaunchPlanState(const EntityId& id, int state, Instant now) {
  const int changed = db_.Execute(
      "UPDATE entities SET state = ?, updated_at = ? WHERE kind = 3 AND project = ? AND domain = ? AND name = ? AND "
      "version = ?",
      state, now, id.project, id.domain, id.name, id.version);
  if (changed == 0) return NotFound("launch plan is not stored");
  // A tick of an earlier activation that is later than this one says nothing of it: the clock has gone back.
  db_.Execute("DELETE FROM schedules WHERE project = ? AND domain = ? AND name = ? AND version = ? AND fired_at > ?",
              id.project, id.domain, id.name, id.version, now);
  RecordChange(EntityChange{id});
  return {};
}

Status Session::PutNamedEntity(const model::NamedEntityRecord& entity) {
  const EntityId& id = entity.id;
  db_.Execute(
      "INSERT INTO names (kind, project, domain, name, description, state) VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (kind, project, domain, name) DO UPDATE SET description = excluded.description, state = "
      "excluded.state",
      KindNumber(id), id.project, id.domain, id.name, entity.description, entity.state);
  RecordChange(EntityChange{id});
  return {};
}

Status Session::PutDescription(const model::DescriptionRecord& description) {
  const EntityId& id = description.id;
  db_.Execute(
      "INSERT INTO descriptions (kind, project, domain, name, version, created_at, description) VALUES (?, ?, ?, ?, ?, "
      "?, ?)"
      " ON CONFLICT (kind, project, domain, name, version) DO UPDATE SET description = excluded.description",
      KindNumber(id), id.project, id.domain, id.name, id.version, description.created_at,
      Blob{description.description});
  return {};
}

Status Session::InsertProject(const model::ProjectRecord& project) {
  const int inserted = db_.Execute(
      "INSERT INTO projects (identifier, name, description, state, labels, created_at, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      project.id, project.name, project.description, project.state, Blob{project.labels}, project.created_at,
      project.updated_at);
  if (inserted == 0) return RowExists("project");
  return {};
}

Status Session::UpdateProject(const model::ProjectRecord& project) {
  const int changed = db_.Execute(
      "UPDATE projects SET name = ?, description = ?, state = ?, labels = ?, updated_at = ? WHERE identifier = ?",
      project.name, project.description, project.state, Blob{project.labels}, project.updated_at, project.id);
  if (changed == 0) return NotFound("project is not stored");
  return {};
}

Status Session::PutAttributes(const model::AttributesRecord& attributes) {
  const model::AttributesKey& key = attributes.key;
  db_.Execute(
      "INSERT INTO attributes (resource, project, domain, workflow, launch_plan, priority, attributes) VALUES (?, ?, "
      "?, ?, ?, ?, ?)"
      " ON CONFLICT (resource, project, domain, workflow, launch_plan) DO UPDATE SET priority = excluded.priority, "
      "attributes = excluded.attributes",
      key.resource, key.project, key.domain, key.workflow, key.launch_plan, attributes.priority,
      Blob{attributes.attributes});
  RecordChange(AttributesChange{key});
  return {};
}

Status Session::DeleteAttributes(const model::AttributesKey& exact) {
  db_.Execute(
      "DELETE FROM attributes WHERE resource = ? AND project = ? AND domain = ? AND workflow = ? AND launch_plan = ?",
      exact.resource, exact.project, exact.domain, exact.workflow, exact.launch_plan);
  RecordChange(AttributesChange{exact});
  return {};
}

Status Session::PutScheduleFire(const EntityId& launch_plan, Instant fired_at) {
  db_.Execute(
      "INSERT INTO schedules (project, domain, name, version, fired_at) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (project, domain, name, version) DO UPDATE SET fired_at = max(fired_at, excluded.fired_at)",
      launch_plan.project, launch_plan.domain, launch_plan.name, launch_plan.version, fired_at);
  RecordChange(ScheduleChange{launch_plan});
  return {};
}

}  // namespace sandbox::store
