#pragma once
// Numbers with SI prefixes, for people.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>
#include <string_view>

namespace spikeloom {

/// "3.21 uJ": four significant digits, prefix from femto to giga.
inline std::string si(double value, std::string_view unit) {
  constexpr std::array<std::string_view, 9> kPrefixes = {
      "f", "p", "n", "u", "m", "", "k", "M", "G"};
  constexpr int kUnity = 5;
  if (value == 0.0) return fmt::format("0 {}", unit);
  const int step = static_cast<int>(std::floor(std::log10(std::abs(value)) / 3.0));
  const int index = std::min(std::max(step + kUnity, 0), static_cast<int>(kPrefixes.size()) - 1);
  return fmt::format("{:.4g} {}{}",
                     value / std::pow(1000.0, index - kUnity),
                     kPrefixes[static_cast<std::size_t>(index)],
                     unit);
}

}  // namespace spikeloom
