// SPDX-License-Identifier: Apache-2.0
#include "platform/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "platform/folders.h"
#include "platform/logs.h"

namespace segue::platform {
namespace {

using Clock = std::chrono::steady_clock;

void say(const std::string& line) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 24> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  std::fprintf(stderr, "%s %s\n", stamp.data(), line.c_str());
}

std::vector<Service> started_ones(std::vector<Service> services) {
  std::erase_if(services, [](const Service& service) { return !service.is_started(); });
  return services;
}

std::vector<Watched> watched_ones(const std::vector<Service>& services) {
  std::vector<Watched> made;
  for (const Service& service : services) made.push_back({.name = service.name, .has_check = service.check != Check::process});
  return made;
}

std::string description(int how, int value) {
  if (how == CLD_EXITED) return "ended by itself with exit code " + std::to_string(value);
  return "killed by signal " + std::to_string(value) + " (" + ::strsignal(value) + ")";
}

sigset_t signals_heard() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

Supervisor::Supervisor(service::Home home, Installation installation, Settings settings, std::function<void()> ready)
    : home_(std::move(home)),
      installation_(std::move(installation)),
      settings_(std::move(settings)),
      ready_(std::move(ready)),
      services_(started_ones(services_of(home_, installation_, settings_))),
      watch_(watched_ones(services_)),
      build_(build_of(installation_)) {}

const Service& Supervisor::service(const std::string& name) const {
  return *std::find_if(services_.begin(), services_.end(), [&](const Service& service) { return service.name == name; });
}

Result<void> Supervisor::run() {
  const sigset_t heard = signals_heard();
  ::sigprocmask(SIG_BLOCK, &heard, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  // What a service leaves behind becomes our child, so that we hear when it is gone.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const int signals = ::signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) return Error{std::string("signalfd: ") + std::strerror(errno)};
  Prober prober(services_, home_);

  perform(watch_.begin(Clock::now()));
  while (!watch_.finished()) {
    write_record();
    prober.hurry(!watch_.all_healthy());
    std::array<pollfd, 2> ready{{{signals, POLLIN, 0}, {prober.handle(), POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), patience());
    hear_signals(signals);
    for (const Finding& found : prober.take()) perform(watch_.checked(found.service, found.good, found.why, Clock::now()));
    perform(watch_.tick(Clock::now()));
    bound_logs();
    if (ready_ && watch_.all_healthy()) {
      write_record();
      say("everything is healthy");
      std::exchange(ready_, nullptr)();
    }
  }
  ::close(signals);
  std::error_code ignored;
  std::filesystem::remove(home_.path("run/platform.json"), ignored);
  say("stopped");
  return {};
}

void Supervisor::perform(const Actions& actions) {
  for (const Action& action : actions) {
    if (action.deed == Deed::start) {
      start(action.service);
      continue;
    }
    const auto running = processes_.find(action.service);
    if (running == processes_.end()) continue;
    const bool kill = action.deed == Deed::kill;
    say(action.service + (kill ? ": killed, it did not end" : ": told to end"));
    // The leader ends its own group; only what does not obey loses it as a whole.
    ::kill(kill ? -running->second.pid : running->second.pid, kill ? SIGKILL : SIGTERM);
  }
}

void Supervisor::start(const std::string& name) {
  const auto started = launch(
      {.command = service(name).command,
       .environment = {{"SEGUE_HOME", home_.root}, {"SEGUE_PORT", std::to_string(home_.port)}, {"SEGUE_PUBLIC_URL", home_.public_url}},
       .log = home_.log() + '/' + name + ".log"});
  if (!started) {
    say(name + ": " + started.error().message);
    perform(watch_.exited(name, started.error().message, Clock::now()));
    return;
  }
  processes_[name] = *started;
  say(name + ": started as process " + std::to_string(started->pid));
  [[maybe_unused]] const auto written = write_file(home_.path("run/" + name + ".pid"), std::to_string(started->pid) + "\n");
  write_record();  // before anything else: what runs must be found, whatever becomes of us
}

void Supervisor::hear_signals(int handle) {
  signalfd_siginfo signal{};
  while (::read(handle, &signal, sizeof(signal)) == sizeof(signal)) {
    if (signal.ssi_signo == SIGHUP) reload();
    if (signal.ssi_signo == SIGTERM || signal.ssi_signo == SIGINT) perform(watch_.stop(Clock::now()));
  }
  hear_ends();  // in any case: signals of the same kind merge
}

void Supervisor::hear_ends() {
  for (;;) {
    siginfo_t end{};
    // The process stays a zombie until its group is dealt with: so long nobody else gets its number.
    if (::waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) != 0 || end.si_pid == 0) return;
    const auto leader = std::find_if(processes_.begin(), processes_.end(), [&](const auto& one) { return one.second.pid == end.si_pid; });
    const std::string name = leader == processes_.end() ? std::string() : leader->first;
    // Workers of a killed nginx would hold its port for ever.
    if (!name.empty()) ::kill(-end.si_pid, SIGKILL);
    ::waitpid(end.si_pid, nullptr, 0);
    if (!name.empty()) ended(name, end.si_code, end.si_status);
  }
}

void Supervisor::ended(const std::string& name, int how, int value) {
  processes_.erase(name);
  std::error_code ignored;
  std::filesystem::remove(home_.path("run/" + name + ".pid"), ignored);
  std::string what = description(how, value);
  if (how == CLD_EXITED && value != 0) what += ": " + last_line(home_.log() + '/' + name + ".log");
  say(name + ": " + what);
  perform(watch_.exited(name, what, Clock::now()));
}

void Supervisor::reload() {
  const auto changed = write_configurations(home_, installation_, settings_);
  if (!changed) {
    say("reload: " + changed.error().message);
    return;
  }
  for (const std::string& name : *changed) {
    const auto running = processes_.find(name);
    if (running == processes_.end()) continue;
    say(name + ": reloads its configuration");
    ::kill(running->second.pid, SIGHUP);
  }
}

void Supervisor::bound_logs() {
  if (Clock::now() - logs_seen_ < std::chrono::minutes(1)) return;
  logs_seen_ = Clock::now();
  for (const std::string& name : set_aside_long_logs(home_.log(), kLongestLog)) {
    if (const auto running = processes_.find(name); running != processes_.end()) ::kill(running->second.pid, SIGUSR1);
  }
}

int Supervisor::patience() const {
  const auto due = watch_.next_deadline();
  if (!due) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000));
}

void Supervisor::write_record() {
  Record record{.supervisor = process_of(::getpid()).value_or(Process{}),
                .port = home_.port,
                .listen = settings_.listen,
                .cache_size = settings_.cache_size,
                .build = build_,
                .environment = settings_.environment};
  for (const Watched& watched : watch_.services()) {
    const auto running = processes_.find(watched.name);
    record.services.push_back({.name = watched.name,
                               .state = std::string(name_of(watched.state)),
                               .detail = watched.detail,
                               .restarts = watched.restarts,
                               .process = running == processes_.end() ? Process{} : running->second});
  }
  std::string text = to_json(record);
  if (text == written_) return;
  if (const auto written = write_file(home_.path("run/platform.json"), text, Readers::owner); !written) {
    say(written.error().message);
    return;
  }
  written_ = std::move(text);
}

}  // namespace segue::platform
