//! What pull requests change.

/// The change of a pull request.
pub struct Change {
    pub title: &'static str,
    pub body: &'static str,
    pub branch: &'static str,
    pub files: &'static [File],
}

/// A file that is changed.
pub struct File {
    pub path: &'static str,
    pub is_new: bool,
    /// As a unified diff has it, without its first lines.
    pub patch: &'static str,
}

impl File {
    fn count(&self, sign: char) -> u64 {
        let lines = self.patch.lines().filter(|line| line.starts_with(sign)).count();
        u64::try_from(lines).unwrap_or(u64::MAX)
    }

    /// How many lines are new.
    pub fn additions(&self) -> u64 {
        self.count('+')
    }

    /// How many lines are gone.
    pub fn deletions(&self) -> u64 {
        self.count('-')
    }

    /// The file in a diff of the whole change.
    pub fn diff(&self) -> String {
        let path = self.path;
        let before = if self.is_new {
            "new file mode 100644\n--- /dev/null".to_owned()
        } else {
            format!("--- a/{path}")
        };
        format!("diff --git a/{path} b/{path}\n{before}\n+++ b/{path}\n{}\n", self.patch)
    }
}

/// In the order of numbers: 7 is the second.
pub static CHANGES: [Change; 3] = [
    Change {
        title: "Read the address of the database from the environment",
        body: "It was in a file that differs from machine to machine. If the variable is missing, \
               the server now stops with a message that names it.",
        branch: "feature/settings",
        files: &[
            File {
                path: "src/config.ts",
                is_new: false,
                patch: "@@ -1,9 +1,14 @@\n-import file from \"./config.local.json\";\n+function required(name: string): string {\n+  const value = process.env[name];\n+  if (!value) throw new Error(`the environment variable ${name} is not set`);\n+  return value;\n+}\n \n export const config = {\n-  database: file.database,\n+  database: required(\"DATABASE_URL\"),\n   port: Number(process.env.PORT ?? 8080),\n };",
            },
            File {
                path: "README.md",
                is_new: false,
                patch: "@@ -12,3 +12,5 @@ ## Start\n \n-Copy `config.example.json` to `config.local.json`.\n+Set `DATABASE_URL`, then:\n+\n+    npm start",
            },
        ],
    },
    Change {
        title: "Show the total with tax in the cart",
        body: "The cart showed net prices, the receipt gross ones. Both now use the same function.\
               \n\nCloses #42.",
        branch: "feature/cart-total",
        files: &[
            File {
                path: "src/cart/total.ts",
                is_new: false,
                patch: "@@ -3,8 +3,12 @@ import type { Line } from \"./line\";\n \n-export function total(lines: Line[]): number {\n-  return lines.reduce((sum, line) => sum + line.price * line.count, 0);\n+const round = (amount: number) => Math.round(amount * 100) / 100;\n+\n+export function total(lines: Line[], tax: number): number {\n+  const gross = lines.map((line) => round(line.price * line.count * (1 + tax)));\n+  return round(gross.reduce((sum, amount) => sum + amount));\n }",
            },
            File {
                path: "src/cart/total.test.ts",
                is_new: true,
                patch: "@@ -0,0 +1,6 @@\n+import { total } from \"./total\";\n+\n+test(\"the total has the tax of all lines\", () => {\n+  const lines = [{ price: 19, count: 1 }, { price: 5, count: 2 }];\n+  expect(total(lines, 0.19)).toBe(34.51);\n+});",
            },
        ],
    },
    Change {
        title: "Keep the list of countries in memory",
        body: "It was read from the database for every page of the checkout, and changes once a \
               year.",
        branch: "feature/countries",
        files: &[File {
            path: "src/countries.ts",
            is_new: false,
            patch: "@@ -1,5 +1,8 @@\n import { query } from \"./database\";\n \n-export async function countries(): Promise<Country[]> {\n-  return query(\"SELECT code, name FROM countries ORDER BY name\");\n+let kept: Promise<Country[]> | undefined;\n+\n+export function countries(): Promise<Country[]> {\n+  kept ??= query(\"SELECT code, name FROM countries ORDER BY name\");\n+  return kept;\n }",
        }],
    },
];
