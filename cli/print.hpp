#pragma once
// Results go to standard output, and nothing is lost in silence.

#include <string>

namespace spikeloom {

/// Throws InputError if standard output takes no more.
void print(const std::string& text);

}  // namespace spikeloom
