(select {{ measure }} as count from {{ measures }} as measured)
