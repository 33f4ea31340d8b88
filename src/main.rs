//! The program: reads its command line, runs, exits with a code that means something.

fn main() -> std::process::ExitCode {
    delicego::cli::executer()
}
