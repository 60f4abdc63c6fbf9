#pragma once

#include <string>

namespace spikeloom {

/// Opens a file for reading; the descriptor, or -1. Never waits: a pipe that nobody has opened for
/// writing is at its end at once, others are read as their writers write.
int open_to_read(const std::string& path);

}  // namespace spikeloom
