#include "models/base/statistics.hpp"

#include <algorithm>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

bool has_leaf(const Statistic& statistic, const std::string& leaf) {
  const std::string ending = "." + leaf;
  return statistic.path.size() > ending.size() && statistic.path.ends_with(ending);
}

}  // namespace

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::Count:
      return "count";
    case Unit::Cycle:
      return "cycles";
    case Unit::Packet:
      return "packets";
    case Unit::Entry:
      return "entries";
  }
  return "";
}

void Statistics::declare(std::string path, Unit unit, std::string meaning, const Counter& counter) {
  const bool fresh = by_path_.emplace(path, statistics_.size()).second;
  SPIKELOOM_CHECK(fresh, "statistic '" + path + "' is declared once");
  statistics_.push_back({std::move(path), unit, std::move(meaning), &counter});
}

const Statistic& Statistics::at(const std::string& path) const {
  const auto found = by_path_.find(path);
  SPIKELOOM_CHECK(found != by_path_.end(), "statistic '" + path + "' is declared");
  return statistics_[found->second];
}

std::uint64_t Statistics::sum_of(const std::string& leaf) const {
  std::uint64_t sum = 0;
  for (const Statistic& s : statistics_) sum += has_leaf(s, leaf) ? s.counter->value() : 0;
  return sum;
}

}  // namespace spikeloom
