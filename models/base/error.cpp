#include "models/base/error.hpp"

#include "models/base/text.hpp"

namespace spikeloom {
namespace {

std::string located(const std::string& file,
                    const std::string& place,
                    const std::string& sentence) {
  std::string where = file;
  if (!place.empty()) where += "#" + place;
  return where.empty() ? sentence : where + ": " + sentence;
}

}  // namespace

InputError::InputError(std::string file, std::string place, const std::string& sentence)
    : std::runtime_error(shown_text(located(file, place, sentence))),
      file_(std::move(file)),
      place_(std::move(place)) {}

void fail_check(const char* condition, const char* file, int line, std::string_view sentence) {
  throw InternalError(std::string(sentence) + " (" + condition + " does not hold at " + file + ":" +
                      std::to_string(line) + ")");
}

}  // namespace spikeloom
