work_cube.day,
work_cube.noted_new,
work_cube.noted_in_progress,
work_cube.noted_resolved,
work_cube.noted_reassigned,
work_cube.noted_escalated,
work_cube.noted_breached
