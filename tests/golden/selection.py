"""Which of the recorded executions are run again: a few of each kind, some more that change with SEED, or all."""

import hashlib
import pathlib

HERE = pathlib.Path(__file__).parent

# A few of each kind, chosen so that the whole takes about two minutes.
FEW = {
    "language": """
        scalars_made lists dc_make union_int files frames fan straight over_amounts single ref_task enums cond_nested
        cond_in_sub sub3 sub_holds gate_asked gate_in_sub gate_nap dyn_nested map_several lp_calls lp_tower map_empty
        legacy_simple legacy_empty legacy_slow
    """,
    "failure": """
        raise_plain raise_recoverable_1 raise_exit_1 raise_oom raise_no_plugin raise_error_file_and_outputs
        prop_parallel_now pod_labelled ctl_stop_task ctl_relaunch raw_scalars raw_missing raw_file_chain
        prop_branch_fail prop_gate_rejected prop_dynamic_compile prop_on_failure_sub prop_map_some prop_old_map_some
        ctl_stop_launch_plan ctl_recover_dynamic
    """,
}
# These wait for minutes: for time-outs, images that do not come, schedules.
SLOW = ("raise_timeout", "raise_unknown_image", "raise_bad_image", "prop_gate_timeout", "lp_")


def traces(folder):
    return sorted(path.stem for path in (HERE / folder / "traces").glob("*.json"))


def chosen(config, folder):
    everything, only = traces(folder), config.getoption("--cases")
    if only == "all":
        return everything
    if only != "few":
        known = {*traces("language"), *traces("failure")}
        assert known.issuperset(only.split(",")), f"no such traces: {sorted(set(only.split(',')) - known)}"
        return [case for case in only.split(",") if case in everything]
    few = FEW[folder].split()
    others = [case for case in everything if case not in few and not case.startswith(SLOW)]
    seed = config.getoption("--seed-of-cases")
    others.sort(key=lambda case: hashlib.sha256(f"{seed} {case}".encode()).digest())
    return few + others[: config.getoption("--more-cases")]
