#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "models/base/error.hpp"
#include "models/base/hdf5_probe.hpp"

using spikeloom::InputError;
using spikeloom::require_survival;

namespace {

const char* const kDamaged = "x.h5: is damaged: the HDF5 library cannot read it";

}  // namespace

TEST_CASE("what returns in the child is let through, and changes nothing here") {
  bool changed = false;
  CHECK_NOTHROW(require_survival("x.h5", [&] { changed = true; }));
  CHECK_FALSE(changed);
}

TEST_CASE("what crashes, exits, throws or takes absurd memory in the child is refused") {
  CHECK_THROWS_WITH_AS(require_survival("x.h5", [] { std::abort(); }), kDamaged, InputError);
  CHECK_THROWS_WITH_AS(require_survival("x.h5", [] { raise(SIGSEGV); }), kDamaged, InputError);
  CHECK_THROWS_WITH_AS(require_survival("x.h5", [] { std::_Exit(0); }), kDamaged, InputError);
  CHECK_THROWS_WITH_AS(
      require_survival("x.h5", [] { throw std::runtime_error(""); }), kDamaged, InputError);
  const auto take_much = [] { std::vector<char>(std::size_t{3} << 30).back() = 1; };
  CHECK_THROWS_WITH_AS(require_survival("x.h5", take_much), kDamaged, InputError);
}

TEST_CASE("children are noticed even where their end is ignored") {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  CHECK_NOTHROW(require_survival("x.h5", [] {}));
  CHECK_THROWS_WITH_AS(require_survival("x.h5", [] { std::abort(); }), kDamaged, InputError);
  std::signal(SIGCHLD, before);
}
