#pragma once
// The HDF5 library (1.10.8 of Debian 12 among others) crashes or loops for ever on some damaged
// files, in places no caller can check beforehand. Hence whatever a file makes it do is first tried
// in a process of its own, which may die.

#include <functional>
#include <string>

namespace spikeloom {

/// Runs `read_all` in a forked child, within bounds of time and memory. Throws InputError that
/// calls `file` damaged unless `read_all` returns there. Nothing it does is seen here. For
/// processes with one thread.
void require_survival(const std::string& file, const std::function<void()>& read_all);

}  // namespace spikeloom
